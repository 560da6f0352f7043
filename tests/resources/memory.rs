//! What a webhook costs in memory: a refused one little, an accepted one in proportion.

use std::{
    future::pending,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use crate::support::{
    AFTER, APP, BEFORE, MESSAGE, NOW, OPEN_APP, SIGN, TOKEN,
    probe::{App, Clock},
    script::Script,
};
use bytes::Bytes;
use dhat::HeapStats;
use http::{Request, StatusCode};
use hyper::body::{Body, Frame, SizeHint};
use tokio::runtime::{Builder, Runtime};
use tower::{BoxError, Layer, Service};
use tower_tencent_webhook::{
    Apps, Delivery, Handlers, WebhookLayer,
    event::{Event, Payload, group::AfterSendMsg},
    reply::{Ack, Reply},
};

/// What is allocated besides the body: the head's parts, the delivery, the handler's future.
const BESIDES: usize = 4 * 1024;

pub(crate) fn all() {
    a_body_that_grows_past_the_limit_costs_the_limit_and_a_frame();
    an_accepted_body_costs_at_most_twice_its_size();
    a_body_of_one_frame_is_not_copied();
    a_lying_size_hint_allocates_nothing_beyond_the_limit();
    a_body_that_fails_deep_inside_costs_little_more_than_its_size();
    a_long_query_costs_no_more_than_a_rejection();
    what_is_forbidden_allocates_three_times_at_most();
    a_webhook_in_flight_takes_little_more_than_its_request();
}

fn a_body_that_fails_deep_inside_costs_little_more_than_its_size() {
    const DEPTH: usize = 500_000;
    let deep = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    for body in [
        format!(r#"{{"Own":{deep},"GroupId":5}}"#),
        format!(r#"{{"GroupId":{deep}}}"#),
    ] {
        let size = body.len();
        let _profiler = dhat::Profiler::builder().testing().build();
        let decoded = <Event as Payload>::decode(BEFORE, body.as_bytes());
        assert!(decoded.is_err());
        let peak = HeapStats::get().max_bytes;
        assert!(peak < 2 * size, "{peak} bytes for a body of {size}");
    }
}

fn a_long_query_costs_no_more_than_a_rejection() {
    for padding in ["&", "a=1&", "%53dkAppid=1&", "SdkAppid=1&"] {
        let padding = padding.repeat(60 * 1024 / padding.len());
        let target = format!("/?{padding}{}", &open()[2..]);
        let stats = post(64, &target, Script::untouched(), App::STATUS);
        assert!(stats.total_blocks <= 3, "{stats:?}");
    }
}

/// What a webhook to this target allocates, from the call to the answer.
fn post<B>(limit: usize, target: &str, body: B, status: StatusCode) -> HeapStats
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let signed = tower_tencent_webhook::App::signed(APP, TOKEN).expect("a token");
    let open = tower_tencent_webhook::App::insecure_unsigned(OPEN_APP);
    let handler = tower::service_fn(|_: Delivery| async { Ok::<_, BoxError>(Reply::Pass) });
    let mut service = WebhookLayer::new(Apps::new([signed, open]).expect("two apps"), handler)
        .clock(Clock::at(NOW).reader())
        .body_limit(limit)
        .layer(App::new());
    let request = Request::post(target).body(body).expect("a request");
    let runtime = runtime();
    let _entered = runtime.enter();

    let _profiler = dhat::Profiler::builder().testing().build();
    let mut cx = Context::from_waker(Waker::noop());
    let mut response = pin!(service.call(request));
    // The bodies here are always ready: only the layer interrupts one of many frames.
    let response = loop {
        if let Poll::Ready(response) = response.as_mut().poll(&mut cx) {
            let Ok(response) = response;
            break response;
        }
    };
    assert_eq!(response.status(), status);
    HeapStats::get()
}

/// Where a webhook waits: one that does not needs none.
fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime")
}

fn open() -> String {
    format!("/?SdkAppid={OPEN_APP}&CallbackCommand={AFTER}")
}

/// A body that makes each frame when it is asked for one, as a connection does.
#[derive(Debug, Clone)]
struct Frames {
    size: usize,
    left: usize,
}

impl Frames {
    fn new(length: usize, size: usize) -> Self {
        assert_eq!(length % size, 0, "whole frames");
        Self { size, left: length }
    }
}

impl Body for Frames {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= self.size;
        let frame = Bytes::from(vec![b' '; self.size]);
        Poll::Ready(Some(Ok(Frame::data(frame))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default() // as of a chunked body
    }
}

fn a_body_that_grows_past_the_limit_costs_the_limit_and_a_frame() {
    const LIMIT: usize = 16 * 1024;
    for size in [
        1,
        64,
        1024,
        LIMIT / 4,
        2 * LIMIT / 5,
        LIMIT / 2,
        LIMIT,
        2 * LIMIT,
    ] {
        let body = Frames::new((8 * LIMIT).next_multiple_of(size), size);
        let cost = post(LIMIT, &open(), body, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(
            cost.max_bytes <= LIMIT + size + BESIDES,
            "frames of {size}: {cost:?}"
        );
    }
}

fn an_accepted_body_costs_at_most_twice_its_size() {
    const LIMIT: usize = 1024 * 1024;
    for (length, size) in [
        (4096, 1),
        // One more than a power of two: the worst case of a buffer that doubles.
        (4097, 1),
        (64 * 1024, 4096),
        (640 * 1024, 64 * 1024),
        (LIMIT, LIMIT / 2),
        (LIMIT, LIMIT),
    ] {
        let body = Frames::new(length, size);
        let cost = post(LIMIT, &open(), body, StatusCode::OK);
        assert!(
            cost.max_bytes <= 2 * length + BESIDES,
            "{length} bytes in frames of {size}: {cost:?}"
        );
    }
}

fn a_body_of_one_frame_is_not_copied() {
    let data = Bytes::from(vec![b' '; 512 * 1024]);
    let body = Script::whole(data);
    let cost = post(1024 * 1024, &open(), body, StatusCode::OK);
    assert!(cost.max_bytes <= BESIDES, "{cost:?}");
}

fn a_lying_size_hint_allocates_nothing_beyond_the_limit() {
    for (limit, most) in [(4096, 4096), (1 << 30, 128 * 1024)] {
        for lower in [5000, 1 << 30, u64::MAX] {
            let body = Script::new().data("{").data("}").hint(lower, None);
            let cost = post(limit, &open(), body, StatusCode::OK);
            assert!(
                cost.max_bytes <= most + BESIDES,
                "limit {limit}, hint {lower}: {cost:?}"
            );
        }
    }
}

fn what_is_forbidden_allocates_three_times_at_most() {
    let escaped: String = AFTER.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let long = "%41".repeat(1000);
    let stale = format!("Sign={SIGN}&RequestTime={}", NOW - 1);
    for query in [
        format!("SdkAppid=1&CallbackCommand={AFTER}"),
        format!("SdkAppid={APP}&CallbackCommand={BEFORE}"),
        format!("SdkAppid={APP}&CallbackCommand={AFTER}&{stale}"),
        format!("SdkAppid={APP}&CallbackCommand={AFTER}&Sign={long}&RequestTime={long}"),
        format!("SdkAppid={APP}&CallbackCommand={AFTER}&OptPlatform={long}"),
        format!("SdkAppid={APP}&CallbackCommand={AFTER}&ClientIP={long}"),
        format!("SdkAppid={APP}&CallbackCommand={long}"),
        format!("SdkAppid=%31&%43allbackCommand={escaped}&OptPlatform=%41&ClientIP=%3a%3a1"),
        format!("SdkAppid=1&CallbackCommand={AFTER}{}", "&a=%zz".repeat(100)),
    ] {
        let cost = post(
            1024,
            &format!("/?{query}"),
            Script::untouched(),
            StatusCode::FORBIDDEN,
        );
        assert!(cost.total_blocks <= 3, "{query}: {cost:?}");
    }
}

/// What waits for its handler is held by the thousand: the delivery, the handler's future, the timer.
fn a_webhook_in_flight_takes_little_more_than_its_request() {
    let bare = tower::service_fn(|_: Delivery| pending::<Result<Reply, BoxError>>());
    let handlers = Handlers::new().on(|delivery: Delivery<AfterSendMsg>| async move {
        pending::<()>().await;
        drop(delivery);
        Ack
    });
    let open = || tower_tencent_webhook::App::insecure_unsigned(OPEN_APP);
    for (what, most, layer) in [
        ("a service", 770, WebhookLayer::new(open(), bare)),
        ("handlers", 1480, WebhookLayer::new(open(), handlers)),
    ] {
        let bytes = in_flight(layer);
        assert!(bytes <= most, "{what}: {bytes} bytes, and not {most}");
    }
}

/// The bytes that a webhook and its response hold while its handler waits, besides the request.
fn in_flight(layer: WebhookLayer) -> usize {
    const COUNT: usize = 64;
    let runtime = runtime();
    let _entered = runtime.enter();
    let mut service = layer.layer(App::new());
    let request = |_| {
        let request = Request::post(open()).body(Script::whole(MESSAGE));
        request.expect("a request")
    };
    let requests: Vec<_> = (0..COUNT).map(request).collect();
    let mut responses = Vec::with_capacity(COUNT);

    let _profiler = dhat::Profiler::builder().testing().build();
    let mut cx = Context::from_waker(Waker::noop());
    for request in requests {
        let mut response = Box::pin(service.call(request));
        assert!(response.as_mut().poll(&mut cx).is_pending());
        responses.push(response);
    }
    HeapStats::get().curr_bytes / COUNT
}
