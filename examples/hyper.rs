//! Webhooks on a bare hyper server: the mounted layer is a service of hyper's own kind.
//!
//! ```sh
//! export TOKEN=secret # the token that the Tencent console has for the app
//! cargo run --example hyper
//! ```
//!
//! Then, in a shell with the same `TOKEN`, what Tencent would send:
//!
//! ```sh
//! NOW=$(date +%s) && SIGN=$(printf %s "$TOKEN$NOW" | sha256sum | cut -d' ' -f1)
//! curl "http://127.0.0.1:3000/?SdkAppid=1400000000&CallbackCommand=Group.CallbackAfterSendMsg&Sign=$SIGN&RequestTime=$NOW" \
//!     -d '{"GroupId":"@TGS#1","Type":"Live","From_Account":"mei","MsgBody":[]}'
//! ```

use std::{error::Error, time::Duration};

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tower_tencent_webhook::{
    App, Apps, Delivery, Handlers, WebhookLayer, event::group, reply::Ack,
};

/// Serves webhooks, and nothing else, for as long as it is polled.
pub async fn serve(listener: TcpListener, apps: Apps) {
    let handlers = Handlers::new().on(|delivery: Delivery<group::AfterSendMsg>| async move {
        tracing::info!(
            elements = delivery.event.msg_body.len(),
            "a message was sent"
        );
        Ack
    });
    let webhooks = WebhookLayer::new(apps, handlers).into_service();

    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, for example: connections that end will free some.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        // With the timer, hyper gives up on a client that never completes a request's head.
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), webhooks.clone());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt::init();
    let token = std::env::var("TOKEN").map_err(|_| "set TOKEN to the token of the app")?;
    let apps = Apps::new([App::signed(1_400_000_000, token)?])?;

    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    serve(listener, apps).await;
    Ok(())
}
