//! One webhook, from its head to the end of its handler. Nothing here depends on the types of the
//! user or of the server, so a webhook can outlive its request.
//!
//! An after-webhook whose handler has started is handled to its end, exactly once. If the deadline
//! passes it is acknowledged first, or fails where the layer does not acknowledge late; if the
//! client disconnects nobody is answered. In both cases a task of its own takes over. A
//! before-webhook is of no use after its deadline, and is dropped.

use std::{
    future::{poll_fn, ready},
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::request::Parts;
use tokio::time::Instant;

use super::{
    admit::{Admitted, UnverifiedEvent, Verified, VerifyError},
    answer::{AnswerContext, HandlingError},
    handling::Handling,
    in_flight::InFlightGuard,
    response::Answer,
    settings::Shared,
    waiting::Waiting,
};
use crate::{
    catalog, delivery,
    observe::Report,
    outcome::{End, FailureAnswer, FailureKind, Outcome},
    reply::{Phase, Reply, ReplyKind},
    trtc,
    value::UnixMillis,
    wire::DecodeError,
};

/// One webhook.
///
/// The order of the fields is the order of their drop: the handler's future, the report, and last
/// the guard that `drain` waits for.
pub(crate) struct Webhook {
    handling: Handling,
    report: Report,
    shared: Arc<Shared>,
    answer: AnswerContext,
    deadline: Instant,
    /// Made at the first wait, so that a quick handler pays for none of it.
    waiting: Option<Waiting>,
    /// What an event of TRTC claims until its body is complete.
    unverified: Option<UnverifiedEvent>,
    /// All of the delivery but its event, until the handler gets it.
    context: Option<Box<delivery::Context>>,
    /// What was answered at the deadline, if that was not an acknowledgement.
    timed_out: Option<FailureAnswer>,
    /// Whether it goes on without its request.
    detached: bool,
    /// Held while it is handled; `drain` waits for those of after-webhooks.
    in_flight: Option<InFlightGuard>,
}

impl Webhook {
    pub(crate) fn new(
        shared: Arc<Shared>,
        admitted: Admitted,
        unverified: Option<UnverifiedEvent>,
        reply_kind: Option<ReplyKind>,
        parts: Parts,
    ) -> Self {
        let settings = &shared.settings;
        let Admitted {
            sdk_app_id,
            command,
            client_ip,
            platform,
            auth,
            signature_age,
        } = admitted;
        let arrived = Instant::now();
        let deadline = arrived
            + match unverified {
                Some(_) => settings.event_deadline,
                None => settings.deadline,
            };
        let phase = catalog::phase(&command, reply_kind);
        let mut outcome = Outcome::new(settings.custom.label(&command), phase);
        outcome.sdk_app_id = Some(sdk_app_id);
        outcome.auth = unverified.is_none().then_some(auth);
        outcome.signature_age = signature_age;
        let report = Report::new(Arc::clone(&settings.observer), arrived, outcome);
        let answer = AnswerContext {
            sdk_app_id,
            command: command.clone(),
            reply_kind,
            phase,
            request: Bytes::new(),
        };
        let context = Box::new(delivery::Context {
            sdk_app_id,
            command,
            phase,
            client_ip,
            platform,
            auth,
            received: UnixMillis::now(),
            layer: Some(delivery::Layer {
                deadline,
                acknowledges_late: settings.acknowledge_late,
            }),
            body: Bytes::new(),
            parts,
        });
        Self {
            handling: Handling::NONE,
            report,
            shared,
            answer,
            deadline,
            waiting: None,
            unverified,
            context: Some(context),
            timed_out: None,
            detached: false,
            in_flight: None,
        }
    }

    /// The body is complete. The handling begins when it is polled.
    ///
    /// # Errors
    ///
    /// How the webhook ends, if there is nothing to handle: the body is blank, or disproves what
    /// the head claims.
    pub(crate) fn start(&mut self, body: Bytes) -> Result<(), End> {
        self.report.outcome.body_len = Some(body.len());
        let verified = match self.unverified.take() {
            Some(event) => self.verify(&event, &body)?.map_err(HandlingError::from),
            None if self.has_lost(&body) => Err(HandlingError::new(FailureKind::BodyLost)),
            None if is_blank(&body) => return Err(End::Probed),
            None => Ok(()),
        };
        self.report.open_span();
        // What needs no handler is a future, too, so that one path leads to answer and report.
        self.handling = match verified {
            Err(error) => Handling::new(ready(Err(error))),
            Ok(()) if self.is_of_another_type() => Handling::new(ready(Ok(Reply::Pass))),
            Ok(()) => self.hand_over(body),
        };
        Ok(())
    }

    /// Compares the body of an event with what its head claims, and takes over what it proves. A
    /// body can be authentic and still be unreadable.
    fn verify(
        &mut self,
        event: &UnverifiedEvent,
        body: &[u8],
    ) -> Result<Result<(), DecodeError>, End> {
        let settings = &self.shared.settings;
        let now = || settings.now();
        let outcome = &mut self.report.outcome;
        match event.verify(body, &settings.admission.apps, now, settings.event_window) {
            Ok(Verified { command, auth, age }) => {
                outcome.command = settings.custom.label(&command);
                outcome.auth = Some(auth);
                outcome.signature_age = age;
                if let Some(context) = &mut self.context {
                    context.command = command.clone();
                    context.auth = auth;
                }
                self.answer.command = command;
                Ok(Ok(()))
            }
            Err(VerifyError::Rejected { rejection, age }) => {
                outcome.signature_age = age;
                Err(End::Rejected(rejection))
            }
            Err(VerifyError::Undecodable { error, auth }) => {
                outcome.auth = Some(auth);
                Ok(Err(error))
            }
        }
    }

    /// Whether the body of a before-webhook is missing. As far as is known the console checks a URL
    /// by `{}`, so a body of nothing at all was most likely lost on the way.
    fn has_lost(&self, body: &[u8]) -> bool {
        let known = self.answer.reply_kind.map(ReplyKind::phase);
        known == Some(Phase::Before) && body.trim_ascii().is_empty()
    }

    /// Whether it is an event of TRTC that the service does not take, which only its body tells.
    fn is_of_another_type(&self) -> bool {
        let only = self.shared.settings.admission.only;
        only.is_some_and(|only| trtc::is_command(only) && only != self.answer.command)
    }

    /// Hands the delivery to the handler, if there is room for it.
    fn hand_over(&mut self, body: Bytes) -> Handling {
        let kind = self.answer.reply_kind;
        if kind.is_some_and(ReplyKind::refuse_reads_request) {
            self.answer.request = body.clone();
        }
        let settings = &self.shared.settings;
        let limited = match self.answer.phase {
            Some(Phase::After) => Some(&settings.in_flight),
            Some(Phase::Before) => Some(&settings.before),
            None => None,
        };
        if let Some(limited) = limited {
            self.in_flight = limited.enter();
            if self.in_flight.is_none() {
                let overloaded = HandlingError::new(FailureKind::Overloaded);
                return Handling::new(ready(Err(overloaded)));
            }
        }
        let mut context = self.context.take().expect("started once");
        context.body = body;
        Arc::clone(&self.shared.handler).handle(context)
    }

    /// The answer if there is nothing to handle. An authentic before-webhook is not rejected: the
    /// policy decides about it.
    pub(crate) fn end(mut self: Box<Self>, end: End) -> Answer {
        let authentic = self.report.outcome.auth.is_some();
        let before = self.answer.phase == Some(Phase::Before);
        let failure = match end {
            End::Rejected(rejection) if authentic && before => rejection.as_failure(),
            _ => None,
        };
        let (answer, end) = match (failure, end) {
            (Some(kind), _) => {
                let (answer, given) = self.fail(HandlingError::new(kind));
                (answer, End::Failed(kind, given))
            }
            (None, End::Rejected(rejection)) => (Answer::rejection(rejection), end),
            (None, _) => (self.answer.acknowledgement(), end),
        };
        answer.with_extensions(self.report.end(end))
    }

    /// Whether it goes on after its answer, or without one.
    fn outlives_request(&self) -> bool {
        self.answer.phase == Some(Phase::After) && self.in_flight.is_some()
    }

    /// Drives the handler to the answer.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Answer> {
        let handled = {
            let _entered = self.report.span.enter();
            ready!(self.handling.poll(cx))
        };
        // A handler that blocks its thread keeps the timer from ending it.
        let blocked = self.answer.phase == Some(Phase::Before) && Instant::now() > self.deadline;
        let handled = match blocked {
            true => Err(HandlingError::new(FailureKind::TimedOut)),
            false => handled,
        };
        self.report.too_late = blocked;
        let answered = handled.and_then(|reply| {
            self.report.outcome.verdict = Some(self.answer.verdict(&reply));
            self.answer.encode(reply)
        });
        let (answer, end) = match answered {
            Ok(body) if self.detached => (Answer::reply(body), End::FinishedLate),
            Ok(body) => (Answer::reply(body), End::Answered),
            Err(mut error) => {
                let kind = error.kind;
                self.report.error = error.decode_error.take();
                let (answer, given) = self.fail(error);
                match self.detached {
                    true => (answer, End::FailedLate(kind)),
                    false => (answer, End::Failed(kind, given)),
                }
            }
        };
        let end = match self.timed_out {
            Some(given) => End::Failed(FailureKind::TimedOut, given),
            None => end,
        };
        let extensions = self.report.end(end);
        Poll::Ready(answer.with_extensions(extensions))
    }

    fn fail(&self, error: HandlingError) -> (Answer, FailureAnswer) {
        let on_failure = self.shared.settings.on_failure.as_ref();
        self.answer.failure(error, self.detached, on_failure)
    }

    /// Ready once the deadline has passed.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime, or in one without timers.
    pub(crate) fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline;
        let waiting = self.waiting.get_or_insert_with(|| Waiting::until(deadline));
        waiting.poll(cx)
    }

    /// The answer at the deadline. An after-webhook is handled to its end all the same.
    pub(super) fn time_out(mut self: Box<Self>) -> Answer {
        let goes_on = self.outlives_request();
        if goes_on && self.shared.settings.acknowledge_late {
            let answer = self.answer.acknowledgement();
            self.detach();
            return answer;
        }
        if !goes_on {
            self.handling = Handling::NONE;
        }
        let (answer, given) = self.fail(HandlingError::new(FailureKind::TimedOut));
        let end = End::Failed(FailureKind::TimedOut, given);
        if !goes_on {
            return answer.with_extensions(self.report.end(end));
        }
        self.timed_out = Some(given);
        self.detach();
        answer
    }

    /// Goes on without the request: an after-webhook is handled to its end in a task of its own,
    /// inside the span that was around the request. Everything else is dropped.
    pub(super) fn detach(mut self: Box<Self>) {
        if !self.outlives_request() {
            return;
        }
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        self.detached = true;
        self.report.if_dropped = match self.timed_out {
            Some(given) => End::Failed(FailureKind::TimedOut, given),
            None => End::FailedLate(FailureKind::TimedOut),
        };
        let settings = Arc::clone(&self.shared.settings);
        // Dropped at its limit, it reports what a handler that is ended is.
        let finish = async move {
            poll_fn(|cx| self.poll(cx)).await;
        };
        waiting.go_on(&settings, finish);
    }
}

/// Whether it is the body of the console's check of the URL.
fn is_blank(body: &[u8]) -> bool {
    matches!(body.trim_ascii(), b"" | b"{}")
}
