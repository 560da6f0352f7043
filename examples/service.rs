//! A service of your own in place of `Handlers`, with tower middleware in front of it.
//!
//! It takes every webhook undecoded and hands it to a queue, to be worked on later.
//!
//! ```sh
//! export TOKEN=secret # the token that the Tencent console has for the app
//! cargo run --example service
//! ```
//!
//! Then, in a shell with the same `TOKEN`, what Tencent would send:
//!
//! ```sh
//! NOW=$(date +%s) && SIGN=$(printf %s "$TOKEN$NOW" | sha256sum | cut -d' ' -f1)
//! curl "http://127.0.0.1:3000/im?SdkAppid=1400000000&CallbackCommand=Group.CallbackAfterSendMsg&Sign=$SIGN&RequestTime=$NOW" \
//!     -d '{"GroupId":"@TGS#1","Type":"Live","From_Account":"mei","MsgBody":[]}'
//! ```

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll},
};

use axum::Router;
use tokio::{
    net::TcpListener,
    sync::mpsc::{self, error::SendError},
};
use tower::{Service, ServiceBuilder};
use tower_tencent_webhook::{App, Apps, Delivery, WebhookLayer, event::Undecoded, reply::Reply};

/// Puts deliveries into a queue.
#[derive(Debug, Clone)]
pub struct Enqueue {
    queue: mpsc::Sender<Delivery>,
}

impl Service<Delivery<Undecoded>> for Enqueue {
    type Response = Reply;
    // Any error will do. It makes the webhook a failure, which is answered with 500.
    type Error = SendError<Delivery>;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> Self::Future {
        let queue = self.queue.clone();
        Box::pin(async move {
            // Waits while the queue is full. Tencent is told that a webhook has been taken only
            // when it is in the queue.
            queue.send(delivery).await?;
            // An acknowledgement, whatever the command: it lets the action of a before-webhook
            // pass, since nobody looks at it in time.
            Ok(Reply::Pass)
        })
    }
}

/// The app: webhooks at `/im` go to `queue`.
pub fn app(apps: Apps, queue: mpsc::Sender<Delivery>) -> Router {
    let enqueue = ServiceBuilder::new()
        .concurrency_limit(64) // at most 64 wait for the queue, the others for their turn
        .service(Enqueue { queue });
    let webhooks = WebhookLayer::new(apps, enqueue);
    Router::new().route_service("/im", webhooks.into_service())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt::init();
    let token = std::env::var("TOKEN").map_err(|_| "set TOKEN to the token of the app")?;
    let apps = Apps::new([App::signed(1_400_000_000, token)?])?;

    let (queue, mut deliveries) = mpsc::channel::<Delivery>(1024);
    tokio::spawn(async move {
        while let Some(delivery) = deliveries.recv().await {
            tracing::info!(
                command = delivery.command(),
                bytes = delivery.body().len(),
                "from the queue"
            );
        }
    });

    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app(apps, queue)).await?;
    Ok(())
}
