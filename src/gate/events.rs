//! The protocol that signs the body: what the head of a request claims, and what its body proves.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use http::{HeaderMap, HeaderValue, header::GetAll};

use super::{Admission, Admitted, Rules, Sender, check_body, escape};
use crate::{
    app::{Apps, Auth},
    event, lookup,
    outcome::Rejection,
    signature::{self, SignatureError},
    trtc::{self, Tag},
    value::UnixMillis,
    wire::{DecodeError, wire},
};

/// The header that names the app.
const APP_ID: &str = "sdkappid";

/// An event of TRTC by its head. None of it is known to be true.
#[derive(Debug)]
pub(crate) struct Claim {
    sdk_app_id: u64,
    /// `None` for an app whose events are not signed.
    tag: Option<Tag>,
}

/// What the body of an event proves.
pub(crate) struct Opened {
    pub(crate) command: Cow<'static, str>,
    pub(crate) auth: Auth,
    /// The age of a signed event in seconds, by its time of sending.
    pub(crate) age: Option<i64>,
}

/// Why the body of an event proves nothing.
pub(crate) enum Unopened {
    Rejected {
        rejection: Rejection,
        /// The age of a signed event in seconds.
        age: Option<i64>,
    },
    /// It is signed, but what it is cannot be read.
    Undecodable { error: DecodeError, auth: Auth },
}

wire! {
    /// What has to be known of an event before it is decoded.
    struct Envelope {
        event_type: Option<u64>,
        callback_ts: Option<UnixMillis> = or [callback_ms_ts "CallbackMsTs"],
    }
}

/// Whether a POST is an event of TRTC by its headers, signed or not.
pub(crate) fn is_event(headers: &HeaderMap) -> bool {
    headers.contains_key(APP_ID)
}

/// Reads what the head of a POST claims, in the order of this function. `None` if it is not ours.
pub(crate) fn claim(headers: &HeaderMap, rules: &Rules) -> Option<Admission> {
    // 1. Is it ours?
    let mut app_ids = headers.get_all(APP_ID).iter();
    let app_id = app_ids.next()?;
    if !rules.apps.take_events() {
        return None;
    }
    let reject = |rejection, sdk_app_id: Option<u64>| Admission::Reject {
        rejection,
        command: Cow::Borrowed(""),
        sender: sdk_app_id.map(|sdk_app_id| Sender {
            sdk_app_id,
            auth: None,
            signature_age: None,
        }),
    };

    // 2. Is its app one of ours?
    let app_id = app_id.to_str().ok().and_then(escape::digits);
    let (Some(sdk_app_id), None) = (app_id, app_ids.next()) else {
        return Some(reject(Rejection::MalformedHeader, None));
    };
    let Some(asks_for_tag) = rules.apps.ask_for_tag(sdk_app_id) else {
        return Some(reject(Rejection::UnknownApp, None));
    };

    // 3. Can its signature be right?
    let tag = asks_for_tag.and_then(|asks| asks.then(|| tag(headers.get_all("sign"))).transpose());
    let tag = match tag {
        Ok(tag) => tag,
        Err(error) => return Some(reject(Rejection::Signature(error), Some(sdk_app_id))),
    };

    // 4. Will its body be readable?
    if let Err(rejection) = check_body(headers, rules.body_limit) {
        return Some(reject(rejection, Some(sdk_app_id)));
    }
    Some(Admission::Claim(Claim { sdk_app_id, tag }))
}

fn tag(headers: GetAll<'_, HeaderValue>) -> Result<Tag, SignatureError> {
    let mut signs = headers.iter();
    let sign = signs.next().ok_or(SignatureError::Missing)?;
    match signs.next() {
        None => Tag::parse(sign.as_bytes()),
        Some(_) => Err(SignatureError::Malformed),
    }
}

impl Claim {
    /// A stand-in for the event until its body is there. Nobody gets to see it.
    pub(crate) fn unproved(&self) -> Admitted {
        Admitted {
            sdk_app_id: self.sdk_app_id,
            command: trtc::command(None),
            client_ip: None,
            platform: None,
            auth: Auth::Unsigned,
            signature_age: None,
        }
    }

    /// Compares the claim with the body. The signature comes first: nothing is parsed before it is
    /// checked.
    pub(crate) fn open(
        &self,
        body: &[u8],
        apps: &Apps,
        now: impl FnOnce() -> SystemTime,
        window: Option<Duration>,
    ) -> Result<Opened, Unopened> {
        let reject = |rejection, age| Unopened::Rejected { rejection, age };
        // The set of apps may have been replaced since the head was read.
        let auth = apps.authenticate_event(self.sdk_app_id, self.tag.as_ref(), body);
        let auth = auth
            .ok_or(reject(Rejection::UnknownApp, None))?
            .map_err(|error| reject(Rejection::Signature(error), None))?;
        let envelope: Envelope = event::decode(&|_| true, body)
            .map_err(|error| Unopened::Undecodable { error, auth })?;

        let now = now();
        let sent = envelope.callback_ts;
        let signed = sent.filter(|_| auth != Auth::Unsigned);
        let age = signed.map(|sent| signature::age(sent.0 / 1000, now));
        if !window.is_none_or(|window| is_fresh(sent, now, window)) {
            return Err(reject(Rejection::Signature(SignatureError::Stale), age));
        }
        Ok(Opened {
            command: lookup::intern(trtc::command(envelope.event_type)),
            auth,
            age,
        })
    }
}

/// Whether an event was sent within the window, on either side of the clock.
fn is_fresh(sent: Option<UnixMillis>, now: SystemTime, window: Duration) -> bool {
    let (Some(sent), Ok(now)) = (sent, now.duration_since(SystemTime::UNIX_EPOCH)) else {
        return false;
    };
    now.abs_diff(Duration::from_millis(sent.0)) <= window
}
