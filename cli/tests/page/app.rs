//! An application behind `--forward-to`, which does what the body asks for.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, http::StatusCode};
use tokio::net::TcpListener;

const OK: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;
const REFUSED: &str = r#"{"ActionStatus":"OK","ErrorInfo":"not in this house","ErrorCode":10105}"#;

const REFUSED_SOME: &str =
    r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"RefusedMembers_Account":["mei","ren"]}"#;

/// Serves it in the background. A body with `be slow` is answered after 2.5 s, with `fail` by 500,
/// with `refuse` by a refusal, with `refuse some` by one of two accounts, with `be silent` never.
pub(crate) async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address");
    let address = listener.local_addr().expect("an address");
    let app = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn answer(body: String) -> (StatusCode, &'static str) {
    if body.contains("be silent") {
        std::future::pending::<()>().await;
    }
    if body.contains("be slow") {
        tokio::time::sleep(Duration::from_millis(2500)).await;
    }
    if body.contains("fail") {
        return (StatusCode::INTERNAL_SERVER_ERROR, "out of order");
    }
    let answer = match &*body {
        body if body.contains("refuse some") => REFUSED_SOME,
        body if body.contains("refuse") => REFUSED,
        _ => OK,
    };
    (StatusCode::OK, answer)
}
