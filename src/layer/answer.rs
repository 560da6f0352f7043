//! From a reply, or a failure, to the bytes of the answer.

use std::{borrow::Cow, error::Error};

use bytes::Bytes;

use super::{failed::Failed, response::Answer, settings::Settings};
use crate::{
    catch_panic::caught,
    outcome::{Failure, FailureAnswer, FailureKind},
    reply::{self, Phase, Reply, ReplyKind},
    trtc,
};

/// What the answer to a webhook needs once its delivery has gone to the handler.
pub(super) struct Facts {
    pub(super) sdk_app_id: u64,
    pub(super) command: Cow<'static, str>,
    /// The form of the reply, if the command is known.
    pub(super) reply_kind: Option<ReplyKind>,
    pub(super) phase: Option<Phase>,
    /// The body of the request, if a refusal has to read it; empty otherwise.
    pub(super) request: Bytes,
}

impl Facts {
    /// The body of the response, if the reply is one that the command takes.
    pub(super) fn encode(&self, reply: Reply) -> Result<Bytes, Failed> {
        let fits = match (reply.kind(), self.reply_kind) {
            (Some(given), Some(wanted)) => given == wanted,
            (Some(given), None) => self.phase.is_none_or(|phase| phase == given.phase()),
            (None, _) => true,
        };
        if !fits {
            return Err(Failed::of(FailureKind::WrongReply));
        }
        if trtc::is_command(&self.command) {
            return Ok(trtc::ACKNOWLEDGEMENT);
        }
        reply.encode(self.reply_kind).map_err(Failed::of_error)
    }

    /// The answer to an after-webhook whose handler keeps running.
    pub(super) fn acknowledgement(&self) -> Answer {
        Answer::reply(match trtc::is_command(&self.command) {
            true => trtc::ACKNOWLEDGEMENT,
            false => reply::ACKNOWLEDGEMENT,
        })
    }

    /// Asks how the failure is answered, and forms the answer that can be given.
    pub(super) fn answer(
        &self,
        failed: &Failed,
        late: bool,
        settings: &Settings,
    ) -> (Answer, FailureAnswer) {
        let failure = Failure {
            kind: failed.kind,
            command: &self.command,
            phase: self.phase,
            sdk_app_id: self.sdk_app_id,
            error: failed
                .error
                .as_ref()
                .map(|error| &**error as &(dyn Error + 'static)),
            late,
        };
        let on_failure = settings.on_failure.as_ref();
        let chosen = on_failure
            .and_then(|on_failure| caught(|| on_failure(&failure)).ok())
            .unwrap_or_default();
        let answer = match (chosen, self.reply_kind) {
            // No answer stops a signal to a chatbot.
            (FailureAnswer::Refuse, Some(ReplyKind::Signal)) => FailureAnswer::Allow,
            _ => chosen,
        };
        // An unknown command is a before-webhook if its name says so, and takes the common form.
        let before = self.phase == Some(Phase::Before);
        let body = match (answer, self.reply_kind) {
            (FailureAnswer::HttpError, _) => None,
            (FailureAnswer::Allow, Some(kind)) => kind.allow(),
            (FailureAnswer::Refuse, Some(kind)) => kind.refuse(&self.request),
            (FailureAnswer::Allow, None) => before.then_some(reply::ACKNOWLEDGEMENT),
            (FailureAnswer::Refuse, None) => before.then_some(reply::REFUSAL),
        };
        match body {
            Some(body) => (Answer::reply(body), answer),
            None => (Answer::failure(failed.kind), FailureAnswer::HttpError),
        }
    }
}
