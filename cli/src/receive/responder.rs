//! Decides the answer to a webhook: that of a rule, of the app behind `--forward-to`, or else of an
//! app that takes everything.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tower::{BoxError, Service};
use tower_tencent_webhook::{Delivery, event::Undecoded, reply::Reply};

use super::{forward::Forward, ticket::Ticket};
use crate::{
    exchange::{Answer, typed::Typed},
    protocol::Envelope,
    rules::{self, Rules},
};

/// The service of the layer.
#[derive(Clone)]
pub(crate) struct Responder {
    rules: Arc<Rules>,
    forward: Option<Arc<Forward>>,
}

impl Responder {
    pub(crate) fn new(rules: Arc<Rules>, forward: Option<Forward>) -> Self {
        Self {
            rules,
            forward: forward.map(Arc::new),
        }
    }

    async fn respond(self, delivery: Delivery<Undecoded>) -> Result<Reply, BoxError> {
        let Some(ticket) = delivery.extensions().get::<Ticket>().cloned() else {
            return Err("a request without a ticket".into()); // the receiver gives each one
        };
        ticket.admitted(&delivery);
        if let Some(rule) = self.rules.get(delivery.command()) {
            ticket.by_rule(rule.hold());
            if let Some(status) = rule.http_error() {
                let body = "answered by a rule\n".into();
                ticket.replace_answer(Answer { status, body });
            }
            let reply = rules::reply(&rule, delivery.command(), delivery.body())?;
            return Ok(reply);
        }
        if let Some(forward) = self.forward {
            let received = forward.send(&delivery).await?;
            let status = received.status.as_u16();
            ticket.replace_answer(Answer {
                status,
                body: received.body,
            });
            return match status {
                200 => Ok(Reply::Pass),
                _ => Err(format!("the app answered {}", received.status).into()),
            };
        }
        let envelope = Envelope::of(delivery.command());
        match Typed::read(envelope, delivery.command(), delivery.body()) {
            Typed::Undecodable(error) => Err(error.into()),
            Typed::Event(_) | Typed::Unknown | Typed::Unreadable => Ok(Reply::Pass),
        }
    }
}

impl Service<Delivery<Undecoded>> for Responder {
    type Response = Reply;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery<Undecoded>) -> Self::Future {
        Box::pin(self.clone().respond(delivery))
    }
}
