//! Any event of TRTC: the head's claims of one byte, then the body, signed or not.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use tower::{Service, service_fn};
use tower_tencent_webhook::{App, Delivery, WebhookLayer, reply::Reply, trtc};

use super::response;

const APP: u64 = 1_400_000_000;
const KEY: &str = "TheKey7";

/// A body reaches the handler only if its own signature came with it, and every answer is an
/// acknowledgement or one fixed word.
pub fn check(data: &[u8]) {
    let Some((claims, body)) = data.split_first() else {
        return;
    };
    let signed = claims & 1 == 0;
    let configured = claims & 2 == 0;
    let any_age = claims & 4 == 0;

    let sign = match signed {
        true => trtc::sign(KEY, body),
        false => trtc::sign("AnotherKey", body),
    };
    let request = Request::post("/")
        .header("SdkAppId", if configured { APP } else { 1 })
        .header("Sign", sign)
        .body(Full::<Bytes>::from(Bytes::copy_from_slice(body)))
        .expect("a request");
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let handler = service_fn(move |delivery: Delivery<trtc::Event>| {
        assert!(delivery.command().starts_with("TRTC."));
        counted.fetch_add(1, Ordering::Relaxed);
        async { Ok::<_, std::convert::Infallible>(Reply::Pass) }
    });
    let app = App::events_only(APP, KEY).expect("a key");
    let layer = WebhookLayer::new(app, handler);
    let layer = match any_age {
        true => layer.event_window(None),
        false => layer,
    };
    let answer = response::at_once(layer.into_service().call(request));
    let Ok(answer) = answer.map_err(|never: Infallible| match never {});
    let answer = response::read(answer);

    let trusted = signed && configured;
    let handled = calls.load(Ordering::Relaxed);
    match answer.status() {
        StatusCode::OK => {
            assert!(trusted);
            assert_eq!((answer.body().as_ref(), handled), (&b"{\"code\":0}"[..], 1));
            return;
        }
        StatusCode::FORBIDDEN => assert!(!trusted || !any_age),
        status => assert!(status == StatusCode::BAD_REQUEST && trusted),
    }
    response::check(&answer);
}
