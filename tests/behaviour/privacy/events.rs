//! The same of events of TRTC: their content, their key and their signature.

use std::time::{Duration, SystemTime};

use tower_tencent_webhook::{
    Delivery, Handlers,
    reply::Reply,
    testing::TrtcRequest,
    trtc::{EVENTS, Event},
};

use super::*;

/// A signed event with canaries in its other headers, and its signature.
fn event(body: &str) -> (Request<Script>, String) {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    let request = TrtcRequest::new(APP)
        .signed(KEY)
        .sent_at(now)
        .body::<Vec<u8>>(body);
    let sign = request.headers()["sign"]
        .to_str()
        .expect("base64")
        .to_owned();
    let mut request = request.map(Script::whole);
    for name in ["host", "authorization", "x-own"] {
        let value = canary().parse().expect("a value");
        request.headers_mut().insert(name, value);
    }
    (request, sign)
}

#[tokio::test]
async fn no_event_of_trtc_shows_its_content() {
    let watch = Watch::new();
    let mut decoded = 0;
    for row in EVENTS {
        let good = planted(row.command, false);
        let turned = good.replace('[', "{\"a\":").replace(']', "}");
        for body in [&good, &turned, &numbers_to_canaries(&good), &canary()] {
            let sink = watch.sink.clone();
            let handler = service_fn(move |delivery: Delivery<Event>| {
                sink.debug(&delivery);
                sink.debug(&delivery.event);
                sink.debug(&delivery.to_record());
                async move {
                    drop(delivery);
                    Ok::<_, std::convert::Infallible>(Reply::Pass)
                }
            });
            let (request, sign) = event(body);
            let answer = watch.send(handler, request).await;
            watch.sink.text(answer.body());
            decoded += usize::from(answer.status() == StatusCode::OK);
            let (request, again) = event(body);
            watch.send(Handlers::new(), request).await;
            watch.sink.assert_private(&[&sign, &again]);
        }
    }
    assert!(
        decoded >= EVENTS.len(),
        "{decoded}: canaries fit almost everywhere"
    );
}
