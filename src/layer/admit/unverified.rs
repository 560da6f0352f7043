//! An event of TRTC whose body is signed: what its head claims, and what its body proves.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use crate::{
    app::{Apps, Auth},
    catalog, event,
    outcome::Rejection,
    signature::{self, SignatureError},
    trtc::{self, Tag},
    value::UnixMillis,
    wire::{DecodeError, wire},
};

/// The unverified head of a TRTC event.
#[derive(Debug)]
pub(crate) struct UnverifiedEvent {
    pub(super) sdk_app_id: u64,
    /// `None` for an app whose events are not signed.
    pub(super) tag: Option<Tag>,
}

/// What the body of an event proves.
pub(crate) struct Verified {
    pub(crate) command: Cow<'static, str>,
    pub(crate) auth: Auth,
    /// The age of a signed event in seconds, by its time of sending.
    pub(crate) age: Option<i64>,
}

/// Why the body of an event proves nothing.
pub(crate) enum VerifyError {
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

impl UnverifiedEvent {
    /// Compares what the head claims with the body. The signature comes first: nothing is parsed before it is
    /// checked.
    pub(crate) fn verify(
        &self,
        body: &[u8],
        apps: &Apps,
        now: impl FnOnce() -> SystemTime,
        window: Option<Duration>,
    ) -> Result<Verified, VerifyError> {
        let reject = |rejection, age| VerifyError::Rejected { rejection, age };
        // The set of apps may have been replaced since the head was read.
        let auth = apps.authenticate_event(self.sdk_app_id, self.tag.as_ref(), body);
        let auth = auth
            .ok_or(reject(Rejection::UnknownApp, None))?
            .map_err(|error| reject(Rejection::Signature(error), None))?;
        let envelope: Envelope = event::decode(&|_| true, body)
            .map_err(|error| VerifyError::Undecodable { error, auth })?;

        let now = now();
        let sent = envelope.callback_ts;
        let signed = sent.filter(|_| auth != Auth::Unsigned);
        let age = signed.map(|sent| signature::age(sent.0 / 1000, now));
        if !window.is_none_or(|window| is_fresh(sent, now, window)) {
            return Err(reject(Rejection::Signature(SignatureError::Stale), age));
        }
        Ok(Verified {
            command: catalog::intern(trtc::command(envelope.event_type)),
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
