//! How far the handling of a webhook is, and what drives its handler.

use std::{
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use tower::{BoxError, Service};

use super::failed::Failed;
use crate::{
    catch_panic::{Panicked, caught},
    delivery::{self, Delivery},
    event::Payload,
    reply::Reply,
};

pin_project! {
    #[project = StageProj]
    pub(super) enum Stage<H, E, F> {
        /// The delivery waits for its body, then for the handler to be ready. Its parts stay where
        /// they are until it is handed over, since moving them takes time that one can measure.
        Waiting {
            handler: Callee<H>,
            event: Option<E>,
            context: Option<delivery::Context>,
        },
        Running { #[pin] future: F },
        /// It failed before the handler was called.
        Failed { failed: Option<Failed> },
        /// An event of a type that the service does not take.
        Skipped,
        Done,
    }
}

/// The user's service.
pub(super) enum Callee<H> {
    /// That of the layer.
    Common(Arc<H>),
    /// The clone for this webhook.
    Own(H),
}

impl<H, E, F> Stage<H, E, F> {
    /// Drops what it holds, and is `next` then.
    ///
    /// The parts of a delivery are dropped one by one: two panics in one drop end the process.
    pub(super) fn leave(mut self: Pin<&mut Self>, next: Self) -> Result<(), Panicked> {
        let mut left = Ok(());
        if let StageProj::Waiting { event, context, .. } = self.as_mut().project() {
            let body = context.as_mut().map(|context| mem::take(&mut context.body));
            left = caught(|| drop(body))
                .and(caught(|| *event = None))
                .and(caught(|| *context = None));
        }
        left.and(caught(|| self.set(next)))
    }
}

/// Drives the handler until it has replied or failed. Only the user's code may panic here.
pub(super) fn drive<H, E>(
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
        match stage.as_mut().project() {
            StageProj::Waiting {
                handler: Callee::Own(handler),
                event,
                context,
            } => {
                if let Err(error) = ready!(handler.poll_ready(cx)) {
                    return Poll::Ready(Err(Failed::of_error(error)));
                }
                let (Some(event), Some(context)) = (event.take(), context.take()) else {
                    return Poll::Ready(Err(Failed::ALREADY_DONE));
                };
                let future = handler.call(Delivery::new(event, context));
                stage.set(Stage::Running { future });
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
            StageProj::Waiting { .. } | StageProj::Done => {
                return Poll::Ready(Err(Failed::ALREADY_DONE));
            }
        }
    }
}
