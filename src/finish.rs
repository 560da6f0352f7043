//! From an admitted request to its answer: decoding, the handler's readiness, its call, panics,
//! the failure answer. Nobody else decides about these.
//!
//! [`Handling`] is boxed once for each webhook and used through [`Work`], so that the future of a
//! request that only passes through the layer stays small. What it holds does not depend on the
//! request's body or on the server: it can go on without them.

use std::{
    borrow::Cow,
    error::Error,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};

use bytes::Bytes;
use http::request::Parts;
use pin_project_lite::pin_project;
use tower::{BoxError, Service, load_shed::error::Overloaded};

use crate::{
    body,
    delivery::{self, Delivery},
    error::DecodeError,
    event::{self, Payload},
    gate::Admitted,
    layer::Settings,
    outcome::{Answer, End, Failure, FailureKind, Refusal, Report},
    phase::Phase,
    reply::{Form, Reply},
    response::Response,
};

/// The handling of one webhook, whatever its event and handler.
pub(crate) trait Work: Send {
    /// The body is complete: decodes it. [`poll`](Work::poll) then drives the handler.
    fn start(self: Pin<&mut Self>, body: Bytes);

    /// The body is not acceptable.
    fn refuse(self: Pin<&mut Self>, refusal: Refusal) -> Response;

    /// Drives the handler to the answer.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response>;
}

pin_project! {
    /// The handling of one webhook by the service `H`.
    pub(crate) struct Handling<H, E>
    where
        H: Service<Delivery<E>>,
    {
        settings: Arc<Settings>,
        facts: Facts,
        report: Report,
        #[pin]
        stage: Stage<H, E, H::Future>,
    }
}

/// What is asked of a webhook after its delivery has gone to the handler.
struct Facts {
    sdk_app_id: u64,
    command: Cow<'static, str>,
    /// The form of the reply, if the command is known.
    form: Option<Form>,
    phase: Option<Phase>,
    /// The body of the request, if a refusal has to read it. Else empty.
    request: Bytes,
}

pin_project! {
    #[project = StageProj]
    #[project_replace = StageOwned]
    enum Stage<H, E, F> {
        /// The body is being collected.
        Reading { handler: H, context: delivery::Context },
        /// The delivery waits for the handler to be ready.
        Waiting { handler: H, delivery: Option<Delivery<E>> },
        Running { #[pin] future: F },
        /// The body could not be decoded.
        Undecodable { error: DecodeError },
        Done,
    }
}

impl<H, E> Handling<H, E>
where
    H: Service<Delivery<E>>,
    E: Payload,
{
    pub(crate) fn new(
        settings: Arc<Settings>,
        handler: H,
        admitted: Admitted,
        parts: Parts,
        arrived: Instant,
    ) -> Self {
        let Admitted {
            sdk_app_id,
            command,
            client_ip,
            platform,
            auth,
        } = admitted;
        let form = E::form(&command);
        let phase = form
            .map(Form::phase)
            .or_else(|| Phase::from_command_name(&command));
        let on_outcome = settings.on_outcome.clone();
        let report = Report::new(
            on_outcome,
            event::label(&command),
            phase,
            Some(sdk_app_id),
            arrived,
        );
        let context = delivery::Context {
            sdk_app_id,
            command: command.clone(),
            phase,
            client_ip,
            platform,
            auth,
            body: Bytes::new(),
            parts,
        };
        Self {
            settings,
            facts: Facts {
                sdk_app_id,
                command,
                form,
                phase,
                request: Bytes::new(),
            },
            report,
            stage: Stage::Reading { handler, context },
        }
    }
}

impl<H, E> Work for Handling<H, E>
where
    H: Service<Delivery<E>> + Send,
    H::Response: Into<E::Reply>,
    H::Error: Into<BoxError>,
    H::Future: Send,
    E: Payload,
{
    fn start(self: Pin<&mut Self>, body: Bytes) {
        let this = self.project();
        if this.facts.form.is_some_and(Form::deny_reads_request) {
            this.facts.request = body.clone();
        }
        let mut stage = this.stage;
        // Between the two replacements stands `Done`, which nobody sees.
        let StageOwned::Reading {
            handler,
            mut context,
        } = stage.as_mut().project_replace(Stage::Done)
        else {
            return;
        };
        let next = match E::decode(&context.command, &body) {
            Ok(event) => {
                context.body = body;
                Stage::Waiting {
                    handler,
                    delivery: Some(Delivery::new(event, context)),
                }
            }
            Err(error) => Stage::Undecodable { error },
        };
        stage.set(next);
    }

    fn refuse(self: Pin<&mut Self>, refusal: Refusal) -> Response {
        self.project().report.end(End::Refused(refusal));
        Response::refusal(refusal)
    }

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let mut this = self.project();
        let replied = ready!(drive(this.stage.as_mut(), cx));
        this.stage.set(Stage::Done); // drops the handler's future before the answer goes out
        let answered = replied.and_then(|reply| this.facts.encode(reply));
        Poll::Ready(match answered {
            Ok(body) => {
                this.report.end(End::Answered);
                Response::reply(body)
            }
            Err(failed) => {
                let (response, answer) = this.facts.answer(&failed, this.settings);
                this.report.end(End::Failed(failed.kind, answer));
                response
            }
        })
    }
}

/// Drives the handler until it has replied or failed.
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
                let ready = ready!(caught(|| handler.poll_ready(cx)));
                let called = ready.and_then(|ready| {
                    ready.map_err(Failed::by_handler)?;
                    let delivery = delivery.take().ok_or(Failed::ALREADY_DONE)?;
                    caught_now(|| handler.call(delivery))
                });
                match called {
                    Ok(future) => Stage::Running { future },
                    Err(failed) => return Poll::Ready(Err(failed)),
                }
            }
            StageProj::Running { future } => {
                let replied = ready!(caught(|| future.poll(cx)));
                return Poll::Ready(replied.and_then(|reply| {
                    let reply: E::Reply = reply.map_err(Failed::by_handler)?.into();
                    Ok(reply.into())
                }));
            }
            StageProj::Undecodable { error } => {
                return Poll::Ready(Err(Failed::undecodable(error.clone())));
            }
            StageProj::Reading { .. } | StageProj::Done => {
                return Poll::Ready(Err(Failed::ALREADY_DONE));
            }
        };
        stage.set(next);
    }
}

/// Polls with panics caught.
fn caught<T>(poll: impl FnOnce() -> Poll<T>) -> Poll<Result<T, Failed>> {
    match caught_now(poll) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(panic) => Poll::Ready(Err(panic)),
    }
}

/// Calls with panics caught. What panicked is dropped afterwards and never used again.
fn caught_now<T>(call: impl FnOnce() -> T) -> Result<T, Failed> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| {
        mem::drop(payload); // it may hold anything, so nobody gets to see it
        Failed {
            kind: FailureKind::HandlerPanic,
            error: None,
        }
    })
}

struct Failed {
    kind: FailureKind,
    error: Option<BoxError>,
}

impl Failed {
    /// The future was polled after its end. A handler's error, for want of a better name.
    const ALREADY_DONE: Self = Self {
        kind: FailureKind::HandlerError,
        error: None,
    };

    fn undecodable(error: DecodeError) -> Self {
        Self {
            kind: FailureKind::Undecodable,
            error: Some(error.into()),
        }
    }

    /// The layers between us and the handler wrap errors, so the whole chain is searched.
    fn by_handler(error: impl Into<BoxError>) -> Self {
        let error = error.into();
        let kind = if body::find::<DecodeError>(&*error).is_some() {
            FailureKind::Undecodable
        } else if body::find::<Overloaded>(&*error).is_some() {
            FailureKind::Overloaded
        } else {
            FailureKind::HandlerError
        };
        Self {
            kind,
            error: Some(error),
        }
    }
}

impl Facts {
    /// The body of the response, if the reply is one that the command takes.
    fn encode(&self, reply: Reply) -> Result<Bytes, Failed> {
        let fits = match (reply.form(), self.form) {
            (Some(given), Some(wanted)) => given == wanted,
            (Some(given), None) => self.phase.is_none_or(|phase| phase == given.phase()),
            (None, _) => true,
        };
        if !fits {
            return Err(Failed {
                kind: FailureKind::WrongReply,
                error: None,
            });
        }
        reply.encode(self.form).map_err(Failed::by_handler)
    }

    /// Asks what the failure is answered, and forms the answer that can be given.
    fn answer(&self, failed: &Failed, settings: &Settings) -> (Response, Answer) {
        let failure = Failure {
            kind: failed.kind,
            command: &self.command,
            phase: self.phase,
            sdk_app_id: self.sdk_app_id,
            error: failed
                .error
                .as_ref()
                .map(|error| &**error as &(dyn Error + 'static)),
        };
        let answer = settings
            .on_failure
            .as_ref()
            .map_or(Answer::HttpError, |on_failure| on_failure(&failure));
        let body = match answer {
            Answer::HttpError => None,
            Answer::Allow => self.form.and_then(Form::allow),
            Answer::Deny => self.form.and_then(|form| form.deny(&self.request)),
        };
        match body {
            Some(body) => (Response::reply(body), answer),
            None => (Response::failure(failed.kind), Answer::HttpError),
        }
    }
}
