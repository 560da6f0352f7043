//! The checks of a TRTC event.

use serde::Deserialize;
use tower_tencent_webhook::{signature::SignatureError, trtc};

use super::checks::{Checks, is_fresh, is_known, known, not_configured};
use crate::{
    protocol::Envelope,
    secrets::{Keys, Secrets},
    terminal::Finding,
};

/// How old an event may be, in seconds: the vendor sends it again for one minute, and states no rule.
const WINDOW: u64 = 300;

/// What an event says of itself.
#[derive(Default, Deserialize)]
struct Head {
    #[serde(rename = "EventType")]
    event_type: Option<u64>,
    #[serde(rename = "CallbackTs", alias = "CallbackMsTs")]
    sent: Option<u64>,
}

pub(super) fn check(body: &[u8], sign: &str, id: Option<u64>, secrets: &Secrets) -> Checks {
    let keys = match id {
        Some(id) => secrets.get(id).ok_or_else(|| not_configured(id)),
        None => secrets
            .only(Envelope::Trtc)
            .map(|(_, keys)| keys)
            .map_err(Finding::bad),
    };
    let (app, keys) = match keys {
        Ok(keys) => (Ok(()), Some(keys)),
        Err(finding) => (Err(finding), None),
    };
    let head: Head = serde_json::from_slice(body).unwrap_or_default();
    Checks {
        app,
        sign: is_signed(body, sign, keys),
        time: match head.sent {
            Some(millis) => is_fresh(millis / 1000, WINDOW),
            None => Err(Finding::bad("the body has no CallbackTs")),
        },
        command: match head.event_type {
            Some(number) => is_known(&format!("TRTC.{number}")),
            None => Err(Finding::bad("the body has no EventType")),
        },
    }
}

fn is_signed(body: &[u8], sign: &str, keys: Option<&Keys>) -> Result<(), Finding> {
    let keys = known(keys)?;
    if keys.event_keys.is_empty() {
        return Err(Finding::bad(
            "the app has no event key here: give --event-key ID:KEY",
        ));
    }
    let mut last = SignatureError::Wrong;
    for key in &keys.event_keys {
        match trtc::verify(key.expose(), sign, body) {
            Ok(()) => return Ok(()),
            Err(error) => last = error,
        }
    }
    Err(Finding::bad(match last {
        SignatureError::Wrong => {
            "Sign does not match: another key, or the file is not the body byte for byte"
        }
        _ => "Sign is not base64 of 44 characters",
    }))
}
