//! Admission: what is decided on the head of a request, before the first byte of its body.
//!
//! Pure functions of the head of a POST, the policy and a clock. `url` has the webhooks in URLs. `events`
//! has the events of TRTC, whose head only claims something: `unverified` compares the claim with the
//! complete body.

mod events;
mod query;
mod spelling;
mod unverified;
mod url;

use std::{borrow::Cow, net::IpAddr, num::IntErrorKind, time::Duration};

use http::{HeaderMap, header};

pub(crate) use self::{
    events::{admit_event, is_event},
    unverified::{UnverifiedEvent, Verified, VerifyError},
    url::{admit, is_webhook},
};
use crate::{
    app::{Apps, Auth},
    outcome::Rejection,
    trtc,
    value::Platform,
};

/// What heads are compared with.
#[derive(Debug, Clone)]
pub(crate) struct AdmissionPolicy {
    pub(crate) apps: Apps,
    /// The one command that is taken, or `None` for all.
    pub(crate) only: Option<&'static str>,
    /// The one path that is taken, or `None` for all.
    pub(crate) path: Option<Box<str>>,
    pub(crate) window: Duration,
    pub(crate) body_limit: usize,
}

/// What a request that is ours gets.
#[derive(Debug)]
pub(crate) enum Admission {
    /// The console's check of the URL, without an app. Its body is not read.
    Probe {
        command: Cow<'static, str>,
    },
    /// Not acceptable. The command, empty if it is not known, and the sender, if known.
    Reject {
        rejection: Rejection,
        command: Cow<'static, str>,
        sender: Option<Sender>,
    },
    Admit(Admitted),
    /// It says that it is an event of TRTC; its body has to prove it.
    Unverified(UnverifiedEvent),
}

/// The configured app that a request names, and whether it is from there.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) sdk_app_id: u64,
    pub(crate) auth: Option<Auth>,
    /// In seconds, of a correct signature.
    pub(crate) signature_age: Option<i64>,
}

/// What the query of an admitted request says.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) sdk_app_id: u64,
    pub(crate) command: Cow<'static, str>,
    pub(crate) client_ip: Option<IpAddr>,
    pub(crate) platform: Option<Platform>,
    pub(crate) auth: Auth,
    /// In seconds; `None` if it is unsigned.
    pub(crate) signature_age: Option<i64>,
}

impl Admitted {
    /// A stand-in for the event until its body is there. Nobody gets to see it.
    pub(crate) fn unproved(event: &UnverifiedEvent) -> Self {
        Self {
            sdk_app_id: event.sdk_app_id,
            command: trtc::command(None),
            client_ip: None,
            platform: None,
            auth: Auth::Unsigned,
            signature_age: None,
        }
    }
}

/// Whether a body with this head can be read within the limit.
fn check_body(headers: &HeaderMap, limit: usize) -> Result<(), Rejection> {
    if is_encoded(headers) {
        return Err(Rejection::EncodedBody);
    }
    if declared_length(headers).is_some_and(|length| length > limit as u64) {
        return Err(Rejection::BodyTooLarge);
    }
    Ok(())
}

/// Nothing is inflated here, so anything but identity is refused.
fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|encoding| {
            let encoding = encoding.as_bytes().trim_ascii();
            !encoding.is_empty() && !encoding.eq_ignore_ascii_case(b"identity")
        })
}

/// The length that is declared; one that no `u64` holds is beyond every limit, too.
fn declared_length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
    match length.parse::<u64>() {
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => Some(u64::MAX),
        parsed => parsed.ok(),
    }
}
