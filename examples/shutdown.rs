//! Stops without losing a webhook: on Ctrl-C or SIGTERM it takes no more connections, answers what
//! it has accepted, and waits for the handlers that keep running in the background.
//!
//! ```sh
//! export TOKEN=secret # the token that the Tencent console has for the app
//! cargo run --example shutdown -- 127.0.0.1:3000
//! ```
//!
//! Then, in a shell with the same `TOKEN`, what Tencent would send, and within 5 seconds Ctrl-C in
//! the first shell: the handler runs to its end.
//!
//! ```sh
//! NOW=$(date +%s) && SIGN=$(printf %s "$TOKEN$NOW" | sha256sum | cut -d' ' -f1)
//! curl "http://127.0.0.1:3000/im?SdkAppid=1400000000&CallbackCommand=Group.CallbackAfterSendMsg&Sign=$SIGN&RequestTime=$NOW" \
//!     -d '{"GroupId":"@TGS#1","Type":"Live","From_Account":"mei","MsgBody":[]}'
//! ```

use std::{error::Error, io, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, sync::oneshot, time};
use tower_tencent_webhook::{
    App, Apps, Delivery, Handlers, WebhookLayer, event::group, reply::Ack,
};

/// How long connections may take to end: the deadline, within which every webhook is answered,
/// and a moment to send the answers. A client that is stuck does not hold the process longer.
const CONNECTIONS: Duration =
    WebhookLayer::DEFAULT_DEADLINE.saturating_add(Duration::from_millis(500));

/// How long handlers may keep running after that. Whatever runs the process kills it some time
/// after SIGTERM, often after 30 seconds: stay below that, connections and handlers together.
const HANDLERS: Duration = Duration::from_secs(20);

/// A slow handler, so that there is something to wait for.
async fn store(delivery: Delivery<group::AfterSendMsg>) -> Ack {
    time::sleep(Duration::from_secs(5)).await;
    tracing::info!(elements = delivery.event.msg_body.len(), "stored");
    Ack
}

/// Serves until `stop`, then finishes. Returns how many handlers did not end in time.
pub async fn serve(
    listener: TcpListener,
    webhooks: WebhookLayer,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<usize> {
    let app = Router::new().route_service("/im", webhooks.clone().into_service());

    let (stopping, stopped) = oneshot::channel();
    let server = axum::serve(listener, app).with_graceful_shutdown(async {
        stop.await;
        tracing::info!("stopping");
        let _ = stopping.send(()); // nobody listens if the server has failed
    });
    let out_of_time = async {
        if stopped.await.is_ok() {
            time::sleep(CONNECTIONS).await;
        }
    };
    tokio::select! {
        served = server => served?,
        () = out_of_time => tracing::warn!("a client did not finish in time"),
    }
    Ok(webhooks.drain(HANDLERS).await)
}

/// Ends on Ctrl-C or SIGTERM. Both are caught from this call on.
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    let token = std::env::var("TOKEN").map_err(|_| "set TOKEN to the token of the app")?;
    let apps = Apps::new([App::signed(1_400_000_000, token)?])?;
    let webhooks = WebhookLayer::new(apps, Handlers::new().on(store));

    let stop = stop_signal()?;
    let address = std::env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:3000")).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    match serve(listener, webhooks, stop).await? {
        0 => Ok(()),
        left => Err(format!("{left} handlers were not done in time").into()),
    }
}
