//! Webhooks at one route of an axum app.
//!
//! ```sh
//! export TOKEN=secret # the token that the Tencent console has for the app
//! cargo run --example axum
//! ```
//!
//! Then, in a shell with the same `TOKEN`, what Tencent would send:
//!
//! ```sh
//! NOW=$(date +%s) && SIGN=$(printf %s "$TOKEN$NOW" | sha256sum | cut -d' ' -f1)
//! curl "http://127.0.0.1:3000/im?SdkAppid=1400000000&CallbackCommand=Group.CallbackAfterSendMsg&Sign=$SIGN&RequestTime=$NOW" \
//!     -d '{"GroupId":"@TGS#1","Type":"Live","From_Account":"mei","MsgBody":[]}'
//! ```

use std::error::Error;

use axum::{Router, routing::get};
use tokio::net::TcpListener;
use tower_tencent_webhook::{
    App, Apps, Delivery, Handlers, WebhookLayer, event::group, reply::Ack,
};

/// The app: a page of its own at `/`, webhooks at `/im`.
///
/// The second way is a layer around the finished router. It sees a request before anything is
/// routed, and takes webhooks only at `/im` if a path is set, at every path if not:
///
/// ```ignore
/// let app = Router::new().route("/", get(async || "home"));
/// Router::new().fallback_service(webhooks.path("/im").layer(app))
/// ```
///
/// `Router::layer` is not the same: it misses what is added to the router later.
pub fn app(apps: Apps) -> Router {
    let handlers = Handlers::new().on(|delivery: Delivery<group::AfterSendMsg>| async move {
        tracing::info!(
            elements = delivery.event.msg_body.len(),
            "a message was sent"
        );
        Ack
    });
    let webhooks = WebhookLayer::new(apps, handlers);

    Router::new()
        .route("/", get(async || "home"))
        .route_service("/im", webhooks.into_service())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt::init();
    let token = std::env::var("TOKEN").map_err(|_| "set TOKEN to the token of the app")?;
    let apps = Apps::new([App::signed(1_400_000_000, token)?])?;

    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app(apps)).await?;
    Ok(())
}
