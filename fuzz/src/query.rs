//! Any query string, through a mounted layer.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use http_body_util::Full;
use tower::{Service, service_fn};
use tower_tencent_webhook::{Delivery, WebhookLayer, reply::Reply};

use super::{
    oracle::{self, Rules, Verdict},
    response,
};

/// The answer is the one that the oracle expects, and the handler is called for nothing else.
pub fn check(data: &[u8]) {
    let Ok(uri) = Uri::try_from([b"/?", data].concat()) else {
        return;
    };
    let rules = Rules::default();
    let verdict = rules.judge(&Method::POST, &uri, &HeaderMap::new(), Some(2));

    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let handler = service_fn(move |_: Delivery| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Ok::<_, Infallible>(Reply::Pass) }
    });
    let mut service = WebhookLayer::new(oracle::apps(), handler)
        .clock(move || rules.now)
        .into_service();
    let request = Request::post(uri).body(Full::new(Bytes::from_static(b"[]")));
    let answer = response::at_once(service.call(request.expect("a request")));
    let answer = response::read(answer.expect("an answer"));

    let expected = match verdict {
        Verdict::Pass => StatusCode::BAD_REQUEST, // by what stands in for an application
        Verdict::Refuse(status) => status,
        Verdict::Probe | Verdict::Admit => StatusCode::OK,
    };
    assert_eq!(answer.status(), expected);
    assert_eq!(
        calls.load(Ordering::Relaxed),
        usize::from(verdict == Verdict::Admit)
    );
    if verdict != Verdict::Pass {
        response::check(&answer);
    }
}
