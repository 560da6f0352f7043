//! What the complete body of a request says before its event is decoded.

use std::borrow::Cow;

use super::{
    admit::{Claim, Opened, Unopened},
    settings::Settings,
};
use crate::{
    app::Auth,
    outcome::{End, Outcome},
    wire::DecodeError,
};

/// What there is to handle.
pub(super) enum Opening {
    /// What the head of a webhook has said.
    Known,
    /// An event of TRTC, which has proved what its head claims.
    Proved {
        command: Cow<'static, str>,
        auth: Auth,
    },
    /// An event of TRTC that is signed, and cannot be read.
    Undecodable(DecodeError),
    /// Nothing.
    Over(End),
}

impl Opening {
    /// Compares the body of an event with what its head claims, and notes what it proves.
    pub(super) fn of_event(
        claim: &Claim,
        body: &[u8],
        settings: &Settings,
        outcome: &mut Outcome,
    ) -> Self {
        let now = || settings.now();
        match claim.open(body, &settings.rules.apps, now, settings.event_window) {
            Ok(Opened { command, auth, age }) => {
                outcome.command = settings.own.label(&command);
                outcome.auth = Some(auth);
                outcome.signature_age = age;
                Self::Proved { command, auth }
            }
            Err(Unopened::Rejected { rejection, age }) => {
                outcome.signature_age = age;
                Self::Over(End::Rejected(rejection))
            }
            Err(Unopened::Undecodable { error, auth }) => {
                outcome.auth = Some(auth);
                Self::Undecodable(error)
            }
        }
    }
}

/// Whether it is the body of the console's check of the URL.
pub(super) fn is_blank(body: &[u8]) -> bool {
    matches!(body.trim_ascii(), b"" | b"{}")
}
