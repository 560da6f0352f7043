//! The layer at a route, without an application behind it.

use std::{
    convert::Infallible,
    fmt,
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Body;
use tower::{BoxError, Service};

use super::{
    future::ResponseFuture, handling::Handler, response::ResponseBody, service::WebhookService,
    settings::Settings,
};
use crate::event::{Payload, Undecoded};

/// The service that [`WebhookLayer::into_service`](crate::WebhookLayer::into_service) makes, to be
/// mounted at a route.
///
/// Requests that are not webhooks get 405 with `Allow: POST`, or 400 if they are a POST. It is always
/// ready, and it is a [`tower::Service`] and a [`hyper::service::Service`].
pub struct WebhookEndpoint<E = Undecoded>(WebhookService<NoApplication, E>);

impl<E> WebhookEndpoint<E> {
    pub(crate) fn new(settings: Arc<Settings>, handler: Arc<dyn Handler>) -> Self {
        Self(WebhookService::new(NoApplication, settings, handler))
    }
}

impl<B, E> Service<Request<B>> for WebhookEndpoint<E>
where
    B: Body,
    B::Error: Into<BoxError>,
    E: Payload,
{
    type Response = Response<ResponseBody<String>>;
    type Error = Infallible;
    type Future = ResponseFuture<Ready<Result<Response<String>, Infallible>>, B>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.0.call(request)
    }
}

/// For a bare hyper server, which has a service trait of its own.
impl<B, E> hyper::service::Service<Request<B>> for WebhookEndpoint<E>
where
    Self: Service<Request<B>>,
{
    type Response = <Self as Service<Request<B>>>::Response;
    type Error = <Self as Service<Request<B>>>::Error;
    type Future = <Self as Service<Request<B>>>::Future;

    fn call(&self, request: Request<B>) -> Self::Future {
        // It is always ready, so there is nothing to wait for.
        Service::call(&mut self.clone(), request)
    }
}

impl<E> Clone for WebhookEndpoint<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E> fmt::Debug for WebhookEndpoint<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WebhookEndpoint").field(&self.0).finish()
    }
}

/// What is behind a route: nothing, so it refuses.
#[derive(Debug, Clone, Copy)]
struct NoApplication;

impl<B> Service<Request<B>> for NoApplication {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let status = match *request.method() {
            Method::POST => StatusCode::BAD_REQUEST,
            _ => StatusCode::METHOD_NOT_ALLOWED,
        };
        let phrase = status.canonical_reason().unwrap_or_default();
        let mut response = Response::new(phrase.to_owned());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        if status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        ready(Ok(response))
    }
}
