//! From an admitted request to its answer: decoding, the handler's readiness, its call, its reply,
//! and the answer to a failure.
//!
//! [`Task`] is boxed once for each webhook and used through [`Work`], so that the future of a
//! request that only passes through the layer stays small. What it holds depends neither on the
//! body of the request nor on the server: it can go on without them.

use std::{
    borrow::Cow,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::request::Parts;
use pin_project_lite::pin_project;
use tokio::time::Instant;
use tower::{BoxError, Service};

use super::{
    answer::Facts, background::Slot, failed::Failed, response::Answer, settings::Settings,
};
use crate::{
    app::Auth,
    catch_panic::{caught, caught_poll, dropped},
    delivery::{self, Delivery},
    event::{Payload, Takes},
    gate::{Admitted, Claim, Opened, Unopened},
    observe::Report,
    outcome::{End, FailureAnswer, FailureKind, Outcome},
    phase::Phase,
    reply::{Reply, ReplyKind},
    value::UnixMillis,
};

/// The handling of one webhook, whatever its event and handler.
pub(crate) trait Work: Send {
    /// The body is complete: decodes it. [`poll`](Work::poll) then drives the handler.
    ///
    /// # Errors
    ///
    /// How it ends, if there is nothing to handle: a blank body, or one that proves its head wrong.
    fn start(self: Pin<&mut Self>, body: Bytes) -> Result<(), End>;

    /// There is nothing to handle.
    fn end(self: Pin<&mut Self>, end: End) -> Answer;

    /// Drives the handler to the answer.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer>;

    /// Whether the handler has to be driven to its end even if nobody waits for the answer.
    fn outlives_answer(&self) -> bool;

    /// The answer at the deadline, while the handler keeps running.
    fn answer_early(self: Pin<&mut Self>) -> Answer;

    /// Nobody waits for the answer any more, and the handler keeps running.
    fn detach(self: Pin<&mut Self>);

    /// The deadline has passed, and the handler is dropped.
    fn time_out(self: Pin<&mut Self>) -> Answer;
}

pin_project! {
    /// The handling of one webhook by the service `H`.
    pub(crate) struct Task<H, E>
    where
        H: Service<Delivery<E>>,
    {
        settings: Arc<Settings>,
        // What the head of an event claims, until its body is there.
        claim: Option<Claim>,
        facts: Facts,
        report: Report,
        // Held by an after-webhook from its decoding to the end of its handler.
        slot: Option<Slot>,
        detached: bool,
        // What was answered at the deadline, if that was not an acknowledgement.
        timed_out: Option<FailureAnswer>,
        #[pin]
        stage: Stage<H, E, H::Future>,
    }

    /// The handler's future goes first, so that whoever drains waits for its drop.
    impl<H, E> PinnedDrop for Task<H, E>
    where
        H: Service<Delivery<E>>,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut stage = this.project().stage;
            let _ = caught(|| stage.set(Stage::Done));
        }
    }
}

pin_project! {
    #[project = StageProj]
    #[project_replace = StageOwned]
    enum Stage<H, E, F> {
        /// The body is being collected.
        Reading { handler: Arc<H>, context: delivery::Context },
        /// The delivery waits for the handler to be ready.
        Waiting { handler: H, delivery: Option<Delivery<E>> },
        Running { #[pin] future: F },
        /// It failed before the handler was called.
        Failed { failed: Option<Failed> },
        /// An event of a type that the service does not take.
        Skipped,
        Done,
    }
}

impl<H, E> Task<H, E>
where
    H: Service<Delivery<E>>,
    E: Payload,
{
    pub(crate) fn new(
        settings: Arc<Settings>,
        handler: Arc<H>,
        admitted: Admitted,
        claim: Option<Claim>,
        parts: Parts,
        arrived: Instant,
        deadline: Instant,
    ) -> Self {
        let Admitted {
            sdk_app_id,
            command,
            client_ip,
            platform,
            auth,
            signature_age,
        } = admitted;
        let reply_kind = E::reply_kind(&command).or_else(|| settings.own.reply_kind(&command));
        let phase = reply_kind
            .map(ReplyKind::phase)
            .or_else(|| Phase::from_command_name(&command));
        let mut outcome = Outcome::new(settings.own.label(&command), phase);
        outcome.sdk_app_id = Some(sdk_app_id);
        outcome.auth = claim.is_none().then_some(auth);
        outcome.signature_age = signature_age;
        let report = Report::new(Arc::clone(&settings.observer), arrived, outcome);
        let facts = Facts {
            sdk_app_id,
            command: command.clone(),
            reply_kind,
            phase,
            request: Bytes::new(),
        };
        let context = delivery::Context {
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
        };
        let stage = Stage::Reading { handler, context };
        Self {
            settings,
            claim,
            facts,
            report,
            slot: None,
            detached: false,
            timed_out: None,
            stage,
        }
    }
}

impl<H, E> Work for Task<H, E>
where
    H: Service<Delivery<E>> + Clone + Send + Sync,
    H::Response: Into<E::Reply>,
    H::Error: Into<BoxError>,
    H::Future: Send,
    E: Payload,
{
    fn start(self: Pin<&mut Self>, body: Bytes) -> Result<(), End> {
        let mut this = self.project();
        let reading = this.stage.as_mut().project_replace(Stage::Done);
        let StageOwned::Reading {
            handler,
            mut context,
        } = reading
        else {
            return Ok(());
        };
        let outcome = &mut this.report.outcome;
        outcome.body_len = Some(body.len());
        let opened = match this.claim.take() {
            Some(claim) if E::TAKES != Takes::Urls => open(&claim, &body, this.settings, outcome),
            None if matches!(body.trim_ascii(), b"" | b"{}") => Err(End::Probed),
            _ => Ok(Ok(None)),
        };
        let opened = match opened {
            Ok(opened) => opened.map(|opened| {
                if let Some((command, auth)) = opened {
                    this.facts.command = command.clone();
                    context.command = command;
                    context.auth = auth;
                }
            }),
            Err(end) => {
                dropped((handler, context));
                return Err(end);
            }
        };
        this.report.open_span();
        let other_type = E::ONLY.is_some_and(|only| only != context.command);
        if E::TAKES == Takes::Events && opened.is_ok() && other_type {
            dropped((handler, context));
            this.stage.set(Stage::Skipped);
            return Ok(());
        }
        if this
            .facts
            .reply_kind
            .is_some_and(ReplyKind::refuse_reads_request)
        {
            this.facts.request = body.clone();
        }
        let (settings, facts, slot) = (this.settings, this.facts, this.slot);
        let decode = || {
            let event = E::decode(&context.command, &body).map_err(Failed::of_error)?;
            if facts.phase == Some(Phase::After) {
                let entered = settings.background.enter();
                *slot = Some(entered.ok_or(Failed::of(FailureKind::Overloaded))?);
            }
            context.body = body;
            Ok(Stage::Waiting {
                handler: H::clone(&handler),
                delivery: Some(Delivery::new(event, context)),
            })
        };
        let ready =
            opened.and_then(|()| caught(decode).unwrap_or_else(|panicked| Err(panicked.into())));
        this.stage.set(ready.unwrap_or_else(|failed| Stage::Failed {
            failed: Some(failed),
        }));
        Ok(())
    }

    fn end(self: Pin<&mut Self>, end: End) -> Answer {
        let this = self.project();
        let answer = match end {
            End::Rejected(rejection) => Answer::rejection(rejection),
            _ => this.facts.acknowledgement(),
        };
        answer.with_extensions(this.report.end(end))
    }

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        let mut this = self.project();
        let replied = {
            let _entered = this.report.span.enter();
            let replied = ready!(caught_poll(|| drive(this.stage.as_mut(), cx)));
            // The handler's future is dropped before the answer goes out.
            let ended = caught(|| this.stage.set(Stage::Done)).map_err(Failed::from);
            replied
                .unwrap_or_else(|panicked| Err(panicked.into()))
                .and_then(|reply| ended.map(|()| reply))
        };
        let answered = replied.and_then(|reply| {
            this.report.outcome.verdict = Some(reply.verdict());
            this.facts.encode(reply)
        });
        let (response, end) = match answered {
            Ok(body) if *this.detached => (Answer::reply(body), End::FinishedLate),
            Ok(body) => (Answer::reply(body), End::Answered),
            Err(failed) => {
                let late = *this.detached;
                this.report.error = caught(|| failed.decode_error().cloned()).unwrap_or_default();
                let (response, answer) = this.facts.answer(&failed, late, this.settings);
                let end = if late {
                    End::FailedLate(failed.kind)
                } else {
                    End::Failed(failed.kind, answer)
                };
                dropped(failed);
                (response, end)
            }
        };
        let end = match *this.timed_out {
            Some(answer) => End::Failed(FailureKind::TimedOut, answer),
            None => end,
        };
        let extensions = this.report.end(end);
        *this.slot = None; // last, so that whoever drains sees all that was reported
        Poll::Ready(response.with_extensions(extensions))
    }

    fn outlives_answer(&self) -> bool {
        self.slot.is_some()
    }

    fn answer_early(self: Pin<&mut Self>) -> Answer {
        let this = self.project();
        if this.settings.acknowledge_late {
            return this.facts.acknowledgement();
        }
        let failed = Failed::of(FailureKind::TimedOut);
        let (response, answer) = this.facts.answer(&failed, false, this.settings);
        *this.timed_out = Some(answer);
        response
    }

    fn detach(self: Pin<&mut Self>) {
        *self.project().detached = true;
    }

    fn time_out(self: Pin<&mut Self>) -> Answer {
        let mut this = self.project();
        let _ = caught(|| this.stage.set(Stage::Done));
        let failed = Failed::of(FailureKind::TimedOut);
        let (response, answer) = this.facts.answer(&failed, false, this.settings);
        let extensions = this.report.end(End::Failed(failed.kind, answer));
        response.with_extensions(extensions)
    }
}

/// What the body of an event proves: its command, and how it is authenticated. `None` for a webhook,
/// whose head has proved it.
type Proved = Option<(Cow<'static, str>, Auth)>;

/// Compares the body of an event with what its head claims, and notes what it proves.
fn open(
    claim: &Claim,
    body: &[u8],
    settings: &Settings,
    outcome: &mut Outcome,
) -> Result<Result<Proved, Failed>, End> {
    match claim.open(
        body,
        &settings.apps,
        || settings.now(),
        settings.event_window,
    ) {
        Ok(Opened { command, auth, age }) => {
            outcome.command = settings.own.label(&command);
            outcome.auth = Some(auth);
            outcome.signature_age = age;
            Ok(Ok(Some((command, auth))))
        }
        Err(Unopened::Rejected { rejection, age }) => {
            outcome.signature_age = age;
            Err(End::Rejected(rejection))
        }
        Err(Unopened::Undecodable(error)) => Ok(Err(Failed::of_error(error))),
    }
}

/// Drives the handler until it has replied or failed. Only the user's code may panic here.
fn drive<H, E>(
    mut stage: Pin<&mut Stage<H, E, H::Future>>,
    cx: &mut Context<'_>,
) -> Poll<Result<Reply, Failed>>
where
    H: Service<Delivery<E>>,
    H::Response: Into<E::Reply>,
    H::Error: Into<BoxError>,
    E: Payload,
{
    loop {
        let next = match stage.as_mut().project() {
            StageProj::Waiting { handler, delivery } => {
                if let Err(error) = ready!(handler.poll_ready(cx)) {
                    return Poll::Ready(Err(Failed::of_error(error)));
                }
                let Some(delivery) = delivery.take() else {
                    return Poll::Ready(Err(Failed::ALREADY_DONE));
                };
                let future = handler.call(delivery);
                Stage::Running { future }
            }
            StageProj::Running { future } => {
                let replied = ready!(future.poll(cx)).map_err(Failed::of_error);
                return Poll::Ready(replied.map(|reply| {
                    let reply: E::Reply = reply.into();
                    reply.into()
                }));
            }
            StageProj::Failed { failed } => {
                return Poll::Ready(Err(failed.take().unwrap_or(Failed::ALREADY_DONE)));
            }
            StageProj::Skipped => return Poll::Ready(Ok(Reply::Pass)),
            StageProj::Reading { .. } | StageProj::Done => {
                return Poll::Ready(Err(Failed::ALREADY_DONE));
            }
        };
        stage.set(next);
    }
}
