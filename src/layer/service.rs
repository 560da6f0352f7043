//! The service that the layer makes.

use std::{
    borrow::Cow,
    fmt,
    marker::PhantomData,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Method, Request, Response};
use hyper::body::Body;
use tokio::time::Instant;
use tower::{BoxError, Service};

use super::{
    admit::{self, Admission, Admitted, Sender, UnverifiedEvent},
    answer::{AnswerContext, HandlingError},
    body::Collect,
    future::ResponseFuture,
    handling::Handler,
    response::{Answer, ResponseBody},
    settings::{Settings, Shared},
    webhook::Webhook,
};
use crate::{
    catalog,
    event::{Payload, Takes, Undecoded},
    observe::Report,
    outcome::{End, FailureKind, Outcome, Rejection},
    reply::{self, Phase, ReplyKind},
};

/// The service that [`WebhookLayer`](crate::WebhookLayer) makes of the application `S`.
pub struct WebhookService<S, E = Undecoded> {
    inner: S,
    shared: Arc<Shared>,
    payload: PhantomData<fn(E)>,
}

impl<S, E> WebhookService<S, E> {
    pub(crate) fn new(inner: S, settings: Arc<Settings>, handler: Arc<dyn Handler>) -> Self {
        Self {
            inner,
            shared: Arc::new(Shared { settings, handler }),
            payload: PhantomData,
        }
    }

    /// The application.
    #[must_use]
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The application.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The application.
    #[must_use]
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, E: Payload> WebhookService<S, E> {
    fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// What is known of a request from its command.
    fn outcome(&self, command: &str) -> Outcome {
        let label = self.settings().custom.label(command);
        Outcome::new(label, catalog::phase(command, self.reply_kind(command)))
    }

    /// The form of the reply to a command, if it is known.
    fn reply_kind(&self, command: &str) -> Option<ReplyKind> {
        E::reply_kind(command).or_else(|| self.settings().custom.reply_kind(command))
    }

    /// Decides from the head whether to intercept the request; `None` passes it through.
    fn admit<B: Body>(&self, request: &Request<B>) -> Option<Admission> {
        if request.method() != Method::POST {
            return None;
        }
        let (uri, headers) = (request.uri(), request.headers());
        let Settings {
            admission: policy,
            hints,
            ..
        } = self.settings();
        if let Some(path) = policy.path.as_deref()
            && path != uri.path()
        {
            let is_event = || E::TAKES != Takes::Urls && admit::is_event(headers);
            hints.elsewhere(path, uri, is_event, policy);
            return None;
        }
        let mut admission = None;
        if E::TAKES != Takes::Events {
            let length = || request.body().size_hint().exact();
            admission = admit::admit(uri, headers, length, policy, || self.settings().now());
        }
        if E::TAKES != Takes::Urls && admission.is_none() {
            admission = admit::admit_event(headers, policy);
            if admission.is_none() {
                hints.not_ours(headers);
            }
        }
        admission
    }

    /// The future of a request that is ours.
    #[inline(never)] // kept out of the way of what passes through
    fn intercept<F, B>(&self, request: Request<B>, admission: Admission) -> ResponseFuture<F, B> {
        match admission {
            Admission::Probe { command } => {
                let answer = Answer::reply(reply::ACKNOWLEDGEMENT);
                let extensions = self.report(&command, None).end(End::Probed);
                ResponseFuture::decided(answer.with_extensions(extensions))
            }
            Admission::Reject {
                rejection,
                command,
                sender,
            } => ResponseFuture::decided(match (self.as_failure(rejection, &command), sender) {
                (Some(kind), Some(sender)) => self.fail(kind, command, sender),
                (_, sender) => self.reject(rejection, &command, sender),
            }),
            Admission::Admit(admitted) => {
                if self.settings().admission.path.is_some() {
                    self.settings().hints.path_is_right();
                }
                self.take(request, admitted, None)
            }
            Admission::Unverified(event) => {
                self.take(request, Admitted::unproved(&event), Some(event))
            }
        }
    }

    /// What a rejection is if it is of an authentic before-webhook: neither its age nor its body is looked
    /// at before its signature.
    fn as_failure(&self, rejection: Rejection, command: &str) -> Option<FailureKind> {
        let phase = || catalog::phase(command, self.reply_kind(command));
        rejection
            .as_failure()
            .filter(|_| phase() == Some(Phase::Before))
    }

    /// The policy's answer to a before-webhook whose head shows that it cannot be handled.
    #[inline(never)] // keeps the path of the others small
    fn fail(&self, kind: FailureKind, command: Cow<'static, str>, sender: Sender) -> Answer {
        let reply_kind = self.reply_kind(&command);
        let mut report = self.report(&command, Some(&sender));
        let context = AnswerContext {
            sdk_app_id: sender.sdk_app_id,
            phase: catalog::phase(&command, reply_kind),
            command,
            reply_kind,
            request: Bytes::new(),
        };
        let on_failure = self.settings().on_failure.as_ref();
        let (answer, given) = context.failure(HandlingError::new(kind), false, on_failure);
        answer.with_extensions(report.end(End::Failed(kind, given)))
    }

    /// The answer to a request that is rejected on its head.
    #[inline(never)] // keeps the path of the others small
    fn reject(&self, rejection: Rejection, command: &str, sender: Option<Sender>) -> Answer {
        let answer = Answer::rejection(rejection);
        let end = End::Rejected(rejection);
        if !self.settings().observer.listens(end) {
            return answer;
        }
        answer.with_extensions(self.report(command, sender.as_ref()).end(end))
    }

    /// The report of a request that is answered on its head.
    fn report(&self, command: &str, sender: Option<&Sender>) -> Report {
        let mut outcome = self.outcome(command);
        if let Some(sender) = sender {
            outcome.sdk_app_id = Some(sender.sdk_app_id);
            outcome.auth = sender.auth;
            outcome.signature_age = sender.signature_age;
        }
        let observer = Arc::clone(&self.settings().observer);
        Report::new(observer, Instant::now(), outcome)
    }

    /// The future of a webhook, whose body is read next.
    fn take<F, B>(
        &self,
        request: Request<B>,
        admitted: Admitted,
        unverified: Option<UnverifiedEvent>,
    ) -> ResponseFuture<F, B> {
        let (parts, body) = request.into_parts();
        let collect = Collect::new(body, self.settings().admission.body_limit);
        let reply_kind = self.reply_kind(&admitted.command);
        let shared = Arc::clone(&self.shared);
        let webhook = Webhook::new(shared, admitted, unverified, reply_kind, parts);
        ResponseFuture::webhook(collect, Box::new(webhook))
    }
}

impl<S, B, RB, E> Service<Request<B>> for WebhookService<S, E>
where
    S: Service<Request<B>, Response = Response<RB>> + Clone,
    B: Body,
    B::Error: Into<BoxError>,
    E: Payload,
{
    type Response = Response<ResponseBody<RB>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Some(admission) = self.admit(&request) else {
            return ResponseFuture::inner(self.inner.call(request));
        };
        // `poll_ready` reserved capacity for a request that the application does not get. A fresh
        // clone in its place releases what was reserved, such as a permit.
        self.inner = self.inner.clone();
        self.intercept(request, admission)
    }
}

impl<S: Clone, E> Clone for WebhookService<S, E> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            shared: Arc::clone(&self.shared),
            payload: PhantomData,
        }
    }
}

impl<S: fmt::Debug, E> fmt::Debug for WebhookService<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookService")
            .field("inner", &self.inner)
            .field("settings", &self.shared.settings)
            .field("handler", &self.shared.handler.name())
            .finish()
    }
}
