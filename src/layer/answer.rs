//! From a reply, or from an error, to the bytes of the answer.

use std::{borrow::Cow, error::Error, io};

use bytes::Bytes;
use tower::{BoxError, load_shed::error::Overloaded, timeout::error::Elapsed};

use super::response::Answer;
use crate::{
    catch_panic::{Panicked, caught},
    observe,
    outcome::{Failure, FailureAnswer, FailureKind, OnFailure},
    reply::{self, Phase, Reply, ReplyKind, VerdictKind},
    trtc,
    wire::DecodeError,
};

/// Why a webhook was not handled.
pub(crate) struct HandlingError {
    pub(super) kind: FailureKind,
    /// What could not be decoded, if that is why.
    pub(super) decode_error: Option<DecodeError>,
    error: Option<BoxError>,
}

impl HandlingError {
    pub(crate) const fn new(kind: FailureKind) -> Self {
        Self {
            kind,
            decode_error: None,
            error: None,
        }
    }

    /// The service could not be made ready.
    pub(crate) fn from_readiness(error: impl Into<BoxError>) -> Self {
        let error = Self::from_error(error);
        match error.kind {
            FailureKind::Handler => Self {
                kind: FailureKind::NotReady,
                ..error
            },
            _ => error,
        }
    }

    /// Classifies an error by its whole chain, since layers around the handler wrap errors.
    pub(crate) fn from_error(error: impl Into<BoxError>) -> Self {
        let error = error.into();
        let decode_error = find::<DecodeError>(&*error).cloned();
        let kind = if decode_error.is_some() {
            FailureKind::Undecodable
        } else if find::<Overloaded>(&*error).is_some() {
            FailureKind::Overloaded
        } else if find::<Elapsed>(&*error).is_some() {
            FailureKind::TimedOut
        } else {
            FailureKind::Handler
        };
        Self {
            kind,
            decode_error,
            error: Some(error),
        }
    }
}

impl From<DecodeError> for HandlingError {
    fn from(error: DecodeError) -> Self {
        Self::from_error(error)
    }
}

impl From<Panicked> for HandlingError {
    fn from(Panicked: Panicked) -> Self {
        Self::new(FailureKind::Panic)
    }
}

/// What forming the answer takes, kept apart from the delivery, which goes to the handler.
pub(super) struct AnswerContext {
    pub(super) sdk_app_id: u64,
    pub(super) command: Cow<'static, str>,
    /// The form of the reply, if the command is known.
    pub(super) reply_kind: Option<ReplyKind>,
    pub(super) phase: Option<Phase>,
    /// The body of the request, if a refusal has to name accounts from it; empty otherwise.
    pub(super) request: Bytes,
}

impl AnswerContext {
    /// The body of the response, if the reply is one that the command takes.
    pub(super) fn encode(&self, reply: Reply) -> Result<Bytes, HandlingError> {
        let fits = match (reply.kind(), self.reply_kind) {
            (Some(given), Some(wanted)) => given == wanted,
            (Some(given), None) => self.phase.is_none_or(|phase| phase == given.phase()),
            (None, _) => true,
        };
        let wrong = || HandlingError::new(FailureKind::WrongReply);
        if !fits {
            return Err(wrong());
        }
        if matches!(reply, Reply::Refuse) {
            return self.refusal().ok_or_else(wrong);
        }
        if trtc::is_command(&self.command) {
            return Ok(trtc::ACKNOWLEDGEMENT);
        }
        reply
            .encode(self.reply_kind)
            .map_err(HandlingError::from_error)
    }

    /// What a reply says about the action.
    pub(super) fn verdict(&self, reply: &Reply) -> VerdictKind {
        match (reply, self.reply_kind) {
            // No answer stops a signal to a chatbot.
            (Reply::Refuse, Some(ReplyKind::Signal)) => VerdictKind::Allow,
            _ => reply.verdict(),
        }
    }

    /// Lets the action pass; `None` if there is no answer that decides.
    fn permission(&self) -> Option<Bytes> {
        match self.reply_kind {
            Some(kind) => kind.allow(),
            None => (self.phase == Some(Phase::Before)).then_some(reply::ACKNOWLEDGEMENT),
        }
    }

    /// Refuses the action; `None` if there is no answer that decides. An unknown command is a
    /// before-webhook if its name says so, and takes the common form, as does a request that cannot be
    /// read.
    fn refusal(&self) -> Option<Bytes> {
        // No answer stops a signal to a chatbot.
        if self.reply_kind == Some(ReplyKind::Signal) {
            return self.permission();
        }
        let refusal = self.reply_kind.and_then(|kind| kind.refuse(&self.request));
        refusal.or((self.phase == Some(Phase::Before)).then_some(reply::REFUSAL))
    }

    /// The answer to an after-webhook whose handler keeps running.
    pub(super) fn acknowledgement(&self) -> Answer {
        Answer::reply(match trtc::is_command(&self.command) {
            true => trtc::ACKNOWLEDGEMENT,
            false => reply::ACKNOWLEDGEMENT,
        })
    }

    /// Asks the policy how a failure is answered, and forms the answer as far as that can be done.
    /// `late` says that nobody waits for it any more.
    ///
    /// A policy that panics refuses: it was set by somebody who wants to decide.
    pub(super) fn failure(
        &self,
        error: HandlingError,
        late: bool,
        on_failure: Option<&OnFailure>,
    ) -> (Answer, FailureAnswer) {
        let kind = error.kind;
        let chosen = on_failure.map_or(Ok(FailureAnswer::default()), |on_failure| {
            caught(|| {
                on_failure(&Failure {
                    kind,
                    command: &self.command,
                    phase: self.phase,
                    sdk_app_id: self.sdk_app_id,
                    error: error
                        .error
                        .as_deref()
                        .map(|error| error as &(dyn Error + 'static)),
                    late,
                })
            })
        });
        let _ = caught(|| drop(error)); // it is the user's, too, and undoes no choice
        let chosen = chosen.unwrap_or_else(|Panicked| {
            observe::on_failure_panicked();
            FailureAnswer::Refuse
        });
        let answer = match (chosen, self.reply_kind) {
            (FailureAnswer::Refuse, Some(ReplyKind::Signal)) => FailureAnswer::Allow,
            _ => chosen,
        };
        let body = match answer {
            FailureAnswer::HttpError => None,
            FailureAnswer::Allow => self.permission(),
            FailureAnswer::Refuse => self.refusal(),
        };
        match body {
            Some(body) => (Answer::reply(body), answer),
            None if kind == FailureKind::BodyLost => {
                (self.acknowledgement(), FailureAnswer::HttpError)
            }
            None => (Answer::failure(kind), FailureAnswer::HttpError),
        }
    }
}

/// Bounds the walk along the sources of an error, in case one leads back to it.
const MAX_SOURCES: usize = 64;

/// The first error of type `T` among an error and its sources.
pub(crate) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    for _ in 0..MAX_SOURCES {
        let error = next?;
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // `io::Error::source` skips the error inside it.
        next = match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
