//! Heads near a valid one, through a layer around an application.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use arbitrary::{Arbitrary, Unstructured};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tower::{Layer, Service, service_fn};
use tower_tencent_webhook::{Delivery, WebhookLayer, reply::Reply};

use super::{
    body::{Step, Watched},
    oracle::{self, Rules, Verdict},
    request::{Clock, Head, PATH},
    response,
};

#[derive(Debug, Arbitrary)]
struct Input {
    clock: Clock,
    any_path: bool,
    body_limit: u8,
    head: Head,
}

/// What the application answers.
const APPLICATION: StatusCode = StatusCode::IM_A_TEAPOT;

/// The application, the rejections and the handler get what the oracle gives them, and the body is
/// read only for the handler.
pub fn check(data: &[u8]) {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else {
        return;
    };
    let rules = Rules {
        only: None,
        path: (!input.any_path).then_some(PATH),
        body_limit: usize::from(input.body_limit) + 2,
        now: input.clock.now(),
    };
    let body = Watched::new([Step::Data(Bytes::from_static(b"[]"))], 0);
    let polled = body.polled();
    let Some(request) = input.head.request(body) else {
        return;
    };
    let length = http_body::Body::size_hint(request.body()).exact();
    let verdict = rules.judge(request.method(), request.uri(), request.headers(), length);

    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let handler = service_fn(move |_: Delivery| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Ok::<_, Infallible>(Reply::Pass) }
    });
    let mut layer = WebhookLayer::new(oracle::apps(), handler)
        .clock(move || rules.now)
        .body_limit(rules.body_limit);
    if let Some(path) = rules.path {
        layer = layer.path(path);
    }
    let mut service = layer.layer(service_fn(|_: Request<Watched>| async {
        let mut answer = Response::new(Full::<Bytes>::default());
        *answer.status_mut() = APPLICATION;
        Ok::<_, Infallible>(answer)
    }));
    let answer = response::at_once(service.call(request));
    let answer = response::read(answer.expect("an answer"));

    let admitted = verdict == Verdict::Admit;
    let expected = match verdict {
        Verdict::Pass => APPLICATION,
        Verdict::Refuse(status) => status,
        Verdict::Probe | Verdict::Admit => StatusCode::OK,
    };
    assert_eq!(answer.status(), expected);
    assert_eq!(calls.load(Ordering::Relaxed), usize::from(admitted));
    assert_eq!(polled.load(Ordering::Relaxed), admitted);
    if verdict != Verdict::Pass {
        response::check(&answer);
    }
}
