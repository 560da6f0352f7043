//! Webhooks beside gRPC services, on the port of a tonic server.
//!
//! ```sh
//! export TOKEN=secret # the token that the Tencent console has for the app
//! cargo run --example tonic
//! ```
//!
//! Then, in a shell with the same `TOKEN`, what Tencent would send:
//!
//! ```sh
//! NOW=$(date +%s) && SIGN=$(printf %s "$TOKEN$NOW" | sha256sum | cut -d' ' -f1)
//! curl "http://127.0.0.1:3000/im?SdkAppid=1400000000&CallbackCommand=Group.CallbackAfterSendMsg&Sign=$SIGN&RequestTime=$NOW" \
//!     -d '{"GroupId":"@TGS#1","Type":"Live","From_Account":"mei","MsgBody":[]}'
//! ```

use tokio::net::TcpListener;
use tonic::transport::{Server, server::TcpIncoming};
use tower::BoxError;
use tower_tencent_webhook::{
    App, Apps, Delivery, Handlers, WebhookLayer, event::group, reply::Ack,
};

/// Serves the gRPC health service, and webhooks at `/im`.
///
/// # Errors
///
/// The server's own, or a path that no request can have.
pub async fn serve(listener: TcpListener, apps: Apps) -> Result<(), BoxError> {
    let handlers = Handlers::new().on(|delivery: Delivery<group::AfterSendMsg>| async move {
        tracing::info!(
            elements = delivery.event.msg_body.len(),
            "a message was sent"
        );
        Ack
    });
    let webhooks = WebhookLayer::new(apps, handlers).path("/im");
    let (_reporter, health) = tonic_health::server::health_reporter();

    Server::builder()
        .accept_http1(true) // gRPC is HTTP/2 only, webhooks come over HTTP/1.1
        .layer(webhooks)
        .add_service(health)
        .serve_with_incoming(TcpIncoming::from(listener))
        .await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    tracing_subscriber::fmt::init();
    let token = std::env::var("TOKEN").map_err(|_| "set TOKEN to the token of the app")?;
    let apps = Apps::new([App::signed(1_400_000_000, token)?])?;

    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    serve(listener, apps).await?;
    Ok(())
}
