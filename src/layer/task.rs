//! From an admitted request to its answer: decoding, the handler's readiness, its call, its reply,
//! and the answer to a failure.
//!
//! [`Task`] is boxed once for each webhook and used through [`Work`], so that the future of a
//! request that only passes through the layer stays small. What it holds depends neither on the
//! body of the request nor on the server: it can go on without them.

use std::{
    any::type_name,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use pin_project_lite::pin_project;
use tower::{BoxError, Service};

use super::{
    admit::{Admitted, Claim},
    answer::Facts,
    failed::Failed,
    in_flight::Slot,
    opening::{Opening, is_blank},
    response::Answer,
    settings::Settings,
    stage::{Callee, Stage, StageProj, drive},
    work::{Arrival, Handler, Work},
};
use crate::{
    catalog,
    catch_panic::{caught, caught_poll, dropped},
    delivery::{self, Delivery},
    event::{Payload, Takes},
    observe::Report,
    outcome::{End, FailureAnswer, FailureKind, Outcome},
    reply::{Phase, ReplyKind},
    value::UnixMillis,
};

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
            let stage = this.project().stage;
            let _ = stage.leave(Stage::Done);
        }
    }
}

impl<H, E> Handler<E> for H
where
    H: Service<Delivery<E>> + Clone + Send + Sync + 'static,
    H::Response: Into<E::Reply>,
    H::Error: Into<BoxError>,
    H::Future: Send + 'static,
    E: Payload,
{
    fn handle(self: Arc<Self>, arrival: Arrival) -> Pin<Box<dyn Work>> {
        Box::pin(Task::<H, E>::new(self, arrival))
    }

    fn name(&self) -> &'static str {
        type_name::<H>()
    }
}

impl<H, E> Task<H, E>
where
    H: Service<Delivery<E>>,
    E: Payload,
{
    pub(crate) fn new(handler: Arc<H>, arrival: Arrival) -> Self {
        let Arrival {
            settings,
            admitted,
            claim,
            parts,
            arrived,
            deadline,
        } = arrival;
        let Admitted {
            sdk_app_id,
            command,
            client_ip,
            platform,
            auth,
            signature_age,
        } = admitted;
        let reply_kind = E::reply_kind(&command).or_else(|| settings.own.reply_kind(&command));
        let phase = catalog::phase(&command, reply_kind);
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
        let stage = Stage::Waiting {
            handler: Callee::Common(handler),
            event: None,
            context: Some(context),
        };
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
        let StageProj::Waiting {
            handler,
            event,
            context: Some(context),
        } = this.stage.as_mut().project()
        else {
            return Ok(());
        };
        context.body = body; // its buffer may panic when dropped, too
        let body = &context.body;
        this.report.outcome.body_len = Some(body.len());
        let opening = match this.claim.take() {
            Some(claim) if E::TAKES != Takes::Urls => {
                Opening::of_event(&claim, body, this.settings, &mut this.report.outcome)
            }
            None if is_blank(body) => Opening::Over(End::Probed),
            _ => Opening::Known,
        };
        let undecodable = match opening {
            Opening::Known => None,
            Opening::Proved { command, auth } => {
                this.facts.command = command.clone();
                context.command = command;
                context.auth = auth;
                None
            }
            Opening::Undecodable(error) => Some(Failed::of_error(error)),
            Opening::Over(end) => {
                let _ = this.stage.as_mut().leave(Stage::Done);
                return Err(end);
            }
        };
        this.report.open_span();
        let other_type = E::ONLY.is_some_and(|only| only != context.command);
        if E::TAKES == Takes::Events && undecodable.is_none() && other_type {
            let _ = this.stage.as_mut().leave(Stage::Skipped);
            return Ok(());
        }
        if this
            .facts
            .reply_kind
            .is_some_and(ReplyKind::refuse_reads_request)
        {
            this.facts.request = context.body.clone();
        }
        let (settings, facts, slot) = (this.settings, this.facts, this.slot);
        let decode = || {
            *event = Some(E::decode(&context.command, &context.body).map_err(Failed::of_error)?);
            if facts.phase == Some(Phase::After) {
                let entered = settings.background.enter();
                *slot = Some(entered.ok_or(Failed::of(FailureKind::Overloaded))?);
            }
            if let Callee::Common(shared) = handler {
                *handler = Callee::Own(H::clone(shared));
            }
            Ok(())
        };
        let ready = match undecodable {
            Some(failed) => Err(failed),
            None => caught(decode).unwrap_or_else(|panicked| Err(panicked.into())),
        };
        if let Err(failed) = ready {
            let failed = Some(failed);
            let _ = this.stage.as_mut().leave(Stage::Failed { failed });
        }
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
            let ended = this.stage.as_mut().leave(Stage::Done).map_err(Failed::from);
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
        this.report.if_dropped = End::Failed(failed.kind, answer);
        response
    }

    fn detach(self: Pin<&mut Self>) {
        let this = self.project();
        *this.detached = true;
        if this.timed_out.is_none() {
            this.report.if_dropped = End::FailedLate(FailureKind::TimedOut);
        }
    }

    fn time_out(self: Pin<&mut Self>) -> Answer {
        let mut this = self.project();
        let _ = this.stage.as_mut().leave(Stage::Done);
        let failed = Failed::of(FailureKind::TimedOut);
        let (response, answer) = this.facts.answer(&failed, false, this.settings);
        let extensions = this.report.end(End::Failed(failed.kind, answer));
        response.with_extensions(extensions)
    }
}
