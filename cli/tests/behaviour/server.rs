//! Receivers of our own, with the mistakes that people make.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};
use http_body_util::{BodyExt, Limited};
use tokio::net::TcpListener;
use tower_tencent_webhook::signature::verify_at;

use super::support::OK;

/// What is wrong with a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    None,
    ChecksNoSignature,
    TakesTimeWithoutSign,
    TakesSignWithoutTime,
    TakesOtherApps,
    TakesTheLastOfTwo,
    TakesAnyEncoding,
    TakesAnyBody,
    WaitsForever,
    IsSlow,
    FailsUnknownCommands,
    FailsEmptyBodies,
    AnswersGet,
    FailsGet,
    IsSilentToGet,
    AnswersLess,
}

/// A small receiver such as people write by hand from the documents.
pub(crate) async fn receiver(app: u64, token: &'static str, mistake: Mistake) -> SocketAddr {
    serve(move |request| receive(app, token, mistake, request)).await
}

async fn receive(app: u64, token: &str, mistake: Mistake, request: Request) -> Response {
    let makes = |other| mistake == other;
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    let pairs: Vec<_> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .collect();
    let parameters: BTreeMap<_, _> = pairs.iter().copied().collect();
    let text = |status: StatusCode| (status, "no").into_response();
    if parts.method != "POST" {
        return match mistake {
            Mistake::AnswersGet => Response::new(Body::from(OK)),
            Mistake::FailsGet => text(StatusCode::INTERNAL_SERVER_ERROR),
            Mistake::IsSilentToGet => std::future::pending().await,
            _ => text(StatusCode::BAD_REQUEST),
        };
    }
    if pairs.len() != parameters.len() && !makes(Mistake::TakesTheLastOfTwo) {
        return text(StatusCode::BAD_REQUEST);
    }
    let encoded = parts.headers.contains_key("content-encoding");
    if encoded && makes(Mistake::TakesAnyEncoding) {
        return Response::new(Body::from(OK));
    }
    if encoded {
        return text(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let right_app = makes(Mistake::TakesOtherApps)
        || parameters
            .get("SdkAppid")
            .is_none_or(|id| *id == app.to_string());
    let sign = parameters.get("Sign").copied().unwrap_or_default();
    let time = parameters.get("RequestTime").copied().unwrap_or_default();
    let window = Duration::from_secs(60);
    let half = match (sign, time) {
        ("", time) if makes(Mistake::TakesTimeWithoutSign) => time
            .parse()
            .is_ok_and(|time: u64| now().abs_diff(time) < 60),
        (sign, "") if makes(Mistake::TakesSignWithoutTime) => !sign.is_empty(),
        _ => false,
    };
    let signed = half
        || makes(Mistake::ChecksNoSignature)
        || verify_at(token, sign, time, SystemTime::now(), window).is_ok();
    if !right_app || !signed {
        return text(StatusCode::FORBIDDEN);
    }
    let collected = Limited::new(body, 1024 * 1024).collect();
    let patience = match mistake {
        Mistake::WaitsForever => Duration::MAX,
        _ => Duration::from_secs(1),
    };
    let Ok(Ok(body)) = tokio::time::timeout(patience, collected).await else {
        return text(StatusCode::REQUEST_TIMEOUT);
    };
    let body = body.to_bytes();
    let is_json = serde_json::from_slice::<serde_json::Value>(&body).is_ok();
    if !is_json && !makes(Mistake::TakesAnyBody) {
        return text(StatusCode::BAD_REQUEST);
    }
    if makes(Mistake::FailsEmptyBodies) && *body == *b"{}" {
        return text(StatusCode::INTERNAL_SERVER_ERROR);
    }
    if makes(Mistake::AnswersLess) {
        return Response::new(Body::from(r#"{"ErrorCode":0}"#));
    }
    if makes(Mistake::IsSlow) {
        tokio::time::sleep(Duration::from_millis(2500)).await;
    }
    let known = parameters
        .get("CallbackCommand")
        .is_some_and(|name| *name == "State.StateChange");
    if makes(Mistake::FailsUnknownCommands) && !known {
        let failed = r#"{"ActionStatus":"FAIL","ErrorInfo":"unknown","ErrorCode":1}"#;
        return Response::new(Body::from(failed));
    }
    Response::new(Body::from(OK))
}

/// What an app behind `--forward-to` got.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An app that always answers the same.
pub(crate) async fn app(
    status: StatusCode,
    answer: &'static str,
) -> (SocketAddr, Arc<Mutex<Vec<Got>>>) {
    let got = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&got);
    let address = serve(move |request: Request| {
        let seen = Arc::clone(&seen);
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.expect("a whole body").to_bytes();
            seen.lock().expect("not poisoned").push(Got {
                uri: parts.uri,
                headers: parts.headers,
                body,
            });
            (status, answer).into_response()
        }
    })
    .await;
    (address, got)
}

/// Serves on a free port until the test ends.
pub(crate) async fn serve<F>(
    answer: impl Fn(Request) -> F + Clone + Send + Sync + 'static,
) -> SocketAddr
where
    F: Future<Output = Response> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().fallback(answer);
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

/// Unix seconds.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("after 1970").as_secs()
}
