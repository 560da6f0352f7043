//! Receives: every request to the address for webhooks, and those that the tool sends to itself.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tower::ServiceExt;
use tower_tencent_webhook::{FailureAnswer, WebhookLayer};

use super::ticket::{Ticket, Watch};
use crate::{
    exchange::{Answer, Exchange, head::Head, head::Origin},
    output::Hub,
    rules::Hold,
    send::client::SendBody,
    time,
};

/// The layer around the `Responder`, and where the exchanges go.
#[derive(Clone)]
pub(crate) struct Receiver {
    layer: WebhookLayer,
    hub: Arc<Hub>,
}

impl Receiver {
    pub(crate) fn new(layer: WebhookLayer, hub: Arc<Hub>) -> Self {
        Self { layer, hub }
    }

    /// Answers a request from the network.
    pub(crate) async fn receive(self, request: Request<Body>) -> Response<Body> {
        let origin = request
            .headers()
            .get(header::USER_AGENT)
            .and_then(|agent| agent.to_str().ok())
            .map_or(Origin::Network, Origin::of);
        let (ticket, request) = self.ticket(request, origin);
        self.answer(ticket, request).await
    }

    /// Answers a request of the tool itself, which waits for the answer as long as Tencent would, and
    /// gives its id in the store.
    pub(crate) async fn send(
        &self,
        request: Request<SendBody>,
        origin: Origin,
        timeout: Duration,
    ) -> u64 {
        let (ticket, request) = self.ticket(request.map(Body::new), origin);
        // Whoever stops waiting drops the request, as a server does when the client disconnects.
        let _ = tokio::time::timeout(timeout, self.answer(ticket.clone(), request)).await;
        ticket.id()
    }

    fn ticket(&self, request: Request<Body>, origin: Origin) -> (Ticket, Request<Body>) {
        let (mut parts, body) = request.into_parts();
        let exchange = Exchange::new(Head::of(&parts), origin, time::now());
        let ticket = Ticket::new(Arc::clone(&self.hub), exchange);
        parts.extensions.insert(ticket.clone());
        (ticket, Request::from_parts(parts, body))
    }

    async fn answer(&self, ticket: Ticket, request: Request<Body>) -> Response<Body> {
        let watch = Watch(ticket.clone());
        // One layer per request, so that each tells its own ticket. Its settings are shared.
        let layer = self
            .layer
            .clone()
            .on_failure({
                let ticket = ticket.clone();
                move |failure| {
                    ticket.failed(failure);
                    FailureAnswer::HttpError
                }
            })
            .on_outcome({
                let ticket = ticket.clone();
                move |outcome| ticket.ended(outcome)
            });
        let request = request.map(|body| {
            let ticket = ticket.clone();
            Body::new(Counted { body, ticket })
        });
        let Ok(response) = layer.into_service().oneshot(request).await;
        let (parts, body) = response.into_parts();
        // Complete in memory, so it does not fail.
        let body = body
            .collect()
            .await
            .map(|body| body.to_bytes())
            .unwrap_or_default();
        let own = Answer {
            status: parts.status.as_u16(),
            body: body.clone(),
        };
        let (answer, hold) = ticket.decide(own);
        match hold {
            Some(Hold::For(time)) => tokio::time::sleep(time).await,
            Some(Hold::Forever) => std::future::pending().await,
            None => {}
        }
        let replaced = answer.status != parts.status.as_u16() || answer.body != body;
        let response = if replaced {
            replacement(&answer)
        } else {
            Response::from_parts(parts, Body::from(body))
        };
        ticket.answered(answer);
        drop(watch);
        response
    }
}

/// Tells the ticket how much of the body has arrived. Its size stays known: the console's check of a
/// URL is recognised by it.
struct Counted {
    body: Body,
    ticket: Ticket,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Ok(Some(data))) = frame
            .as_ref()
            .map(|frame| frame.as_ref().map(Frame::data_ref))
        {
            self.ticket.read(data);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn replacement(answer: &Answer) -> Response<Body> {
    let json = serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok();
    let content_type = if json {
        "application/json"
    } else {
        "text/plain; charset=utf-8"
    };
    let mut response = Response::new(Body::from(answer.body.clone()));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        http::HeaderValue::from_static(content_type),
    );
    response
}
