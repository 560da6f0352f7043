//! The service that the layer makes.

use std::{
    any::type_name,
    convert::Infallible,
    fmt,
    future::{Ready, ready},
    marker::PhantomData,
    mem,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{Extensions, HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Body;
use tokio::time::Instant;
use tower::{BoxError, Service};

use super::{
    collect::Collect,
    future::ResponseFuture,
    response::{Answer, NoBody, ResponseBody},
    settings::Settings,
    supervise::Supervisor,
    task::Task,
};
use crate::{
    catch_panic::{caught, dropped},
    delivery::Delivery,
    event::{Payload, Takes, Undecoded},
    gate::{self, Admission, Admitted, Claim, Rules, Sender},
    observe::Report,
    outcome::{End, Outcome, Rejection},
    reply::ReplyKind,
};

/// The service that [`WebhookLayer`](crate::WebhookLayer) makes of the application `S`.
pub struct WebhookService<S, H, E = Undecoded> {
    inner: S,
    settings: Arc<Settings>,
    handler: Arc<H>,
    _event: PhantomData<fn() -> E>,
}

impl<S, H, E> WebhookService<S, H, E> {
    pub(crate) fn new(inner: S, settings: Arc<Settings>, handler: Arc<H>) -> Self {
        Self {
            inner,
            settings,
            handler,
            _event: PhantomData,
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

impl<S, H, E> WebhookService<S, H, E>
where
    H: Service<Delivery<E>> + Clone + Send + Sync + 'static,
    H::Response: Into<E::Reply>,
    H::Error: Into<BoxError>,
    H::Future: Send + 'static,
    E: Payload,
{
    /// The future of a request that is ours, or the request again.
    fn intercept<F, B>(&self, request: Request<B>) -> Result<ResponseFuture<F, B>, Request<B>> {
        let rules = Rules {
            apps: &self.settings.apps,
            only: E::ONLY,
            path: self.settings.path.as_deref(),
            window: self.settings.window,
            body_limit: self.settings.body_limit,
        };
        let clock = || self.settings.now();
        let (method, uri, headers) = (request.method(), request.uri(), request.headers());
        let mut admission = match E::TAKES {
            Takes::Events => Admission::Pass,
            Takes::Urls | Takes::Both => gate::admit(method, uri, headers, &rules, clock),
        };
        if E::TAKES != Takes::Urls && matches!(admission, Admission::Pass) {
            admission = gate::claim(method, uri, headers, &rules);
        }
        match admission {
            Admission::Pass => Err(request),
            Admission::Reject {
                rejection,
                command,
                sender,
            } => {
                let extensions = if self.settings.observer.listens(End::Rejected(rejection)) {
                    self.report(rejection, command, sender)
                } else {
                    Extensions::new()
                };
                dropped(request);
                let answer = Answer::rejection(rejection).with_extensions(extensions);
                Ok(ResponseFuture::rejected(answer))
            }
            Admission::Admit(admitted) => {
                Ok(self.take(request, admitted, None, self.settings.deadline))
            }
            Admission::Claim(claim) => {
                let admitted = claim.unproved();
                Ok(self.take(request, admitted, Some(claim), self.settings.event_deadline))
            }
        }
    }

    /// Reports a rejection on the head.
    #[inline(never)] // kept out of the way of a flood that nobody watches
    fn report(
        &self,
        rejection: Rejection,
        command: &'static str,
        sender: Option<Sender>,
    ) -> Extensions {
        let phase = E::reply_kind(command).map(ReplyKind::phase);
        let mut outcome = Outcome::new(command, phase);
        if let Some(sender) = sender {
            outcome.sdk_app_id = Some(sender.sdk_app_id);
            outcome.auth = sender.auth;
            outcome.signature_age = sender.signature_age;
        }
        let observer = Arc::clone(&self.settings.observer);
        Report::new(observer, Instant::now(), outcome).end(End::Rejected(rejection))
    }

    /// The future of a request that is ours.
    fn take<F, B>(
        &self,
        request: Request<B>,
        admitted: Admitted,
        claim: Option<Claim>,
        deadline: Duration,
    ) -> ResponseFuture<F, B> {
        let (parts, body) = request.into_parts();
        let settings = Arc::clone(&self.settings);
        let handler = Arc::clone(&self.handler);
        let collect = Collect::new(body, self.settings.body_limit);
        let arrived = Instant::now();
        let deadline = arrived + deadline;
        let handling =
            Task::<H, E>::new(settings, handler, admitted, claim, parts, arrived, deadline);
        ResponseFuture::webhook(collect, Supervisor::new(Box::pin(handling), deadline))
    }
}

impl<S, B, RB, H, E> Service<Request<B>> for WebhookService<S, H, E>
where
    S: Service<Request<B>, Response = Response<RB>> + Clone,
    B: Body,
    B::Error: Into<BoxError>,
    H: Service<Delivery<E>> + Clone + Send + Sync + 'static,
    H::Response: Into<E::Reply>,
    H::Error: Into<BoxError>,
    H::Future: Send + 'static,
    E: Payload,
{
    type Response = Response<ResponseBody<RB>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match self.intercept(request) {
            Ok(webhook) => {
                // The application was made ready for a request that it does not get. Whatever it
                // holds for that, a permit say, must not be held while the webhook is handled.
                if let Ok(fresh) = caught(|| self.inner.clone()) {
                    dropped(mem::replace(&mut self.inner, fresh));
                }
                webhook
            }
            Err(request) => ResponseFuture::inner(self.inner.call(request)),
        }
    }
}

/// The mounted form on a bare hyper server, which has a service trait of its own.
impl<B, H, E> hyper::service::Service<Request<B>> for WebhookService<NotAWebhook, H, E>
where
    Self: Service<Request<B>> + Clone,
{
    type Response = <Self as Service<Request<B>>>::Response;
    type Error = <Self as Service<Request<B>>>::Error;
    type Future = <Self as Service<Request<B>>>::Future;

    fn call(&self, request: Request<B>) -> Self::Future {
        // `NotAWebhook` is always ready, so there is nothing to wait for.
        Service::call(&mut self.clone(), request)
    }
}

impl<S: Clone, H, E> Clone for WebhookService<S, H, E> {
    fn clone(&self) -> Self {
        Self::new(
            self.inner.clone(),
            Arc::clone(&self.settings),
            Arc::clone(&self.handler),
        )
    }
}

impl<S: fmt::Debug, H, E> fmt::Debug for WebhookService<S, H, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookService")
            .field("inner", &self.inner)
            .field("settings", &self.settings)
            .field("handler", &type_name::<H>())
            .finish_non_exhaustive()
    }
}

/// The application behind a mounted layer: there is none, so it refuses.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct NotAWebhook;

impl<B> Service<Request<B>> for NotAWebhook {
    type Response = Response<ResponseBody<NoBody>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if request.method() == Method::POST {
            let rejection = Answer::plain(StatusCode::BAD_REQUEST);
            return ready(Ok(rejection.into_http()));
        }
        let rejection = Answer::plain(StatusCode::METHOD_NOT_ALLOWED);
        let mut response = rejection.into_http();
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("POST"));
        ready(Ok(response))
    }
}
