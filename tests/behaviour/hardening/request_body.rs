//! Part C, as far as the body decides.

use std::io::Write;

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{Request, Response};
use tower::{ServiceBuilder, ServiceExt};
use tower_http::{decompression::RequestDecompressionLayer, limit::RequestBodyLimitLayer};
use tower_tencent_webhook::outcome::{End, Rejection};

use super::{
    case::{Case, Row, Way},
    site::{Site, Web, served, web},
};
use crate::support::{
    AFTER, MESSAGE, OPEN_APP,
    connection::{self, Answer, Connection},
    script::Script,
    server,
};

fn target() -> String {
    format!("/?SdkAppid={OPEN_APP}&CallbackCommand={AFTER}")
}

/// A message in chunks of this size, padded to a whole length.
fn padded(length: usize, chunk: usize) -> Vec<Bytes> {
    let text = MESSAGE.to_owned() + &" ".repeat(length - MESSAGE.len());
    text.as_bytes()
        .chunks(chunk)
        .map(Bytes::copy_from_slice)
        .collect()
}

/// The memory that this costs is measured in `memory.rs`.
pub(crate) async fn a_growing_body_is_cut_off_at_the_limit(row: &mut Row) {
    let case = |length, chunk| {
        Case::new(format!("{length} by {chunk}"), target())
            .limit(100)
            .chunked(padded(length, chunk))
    };
    row.check([1, 7, 99, 100].map(|chunk| case(100, chunk)))
        .await;
    row.check(
        [
            (101, 1),
            (101, 100),
            (101, 101),
            (5000, 1),
            (5000, 64),
            (5000, 5000),
        ]
        .map(|(length, chunk)| case(length, chunk).rejected(Rejection::BodyTooLarge)),
    )
    .await;
}

pub(crate) async fn a_lying_size_hint_changes_nothing(row: &mut Row) {
    row.no_socket("hyper's size hint is what the framing says, and the framing is enforced");
    let case = Case::new("", target());
    for _way in row.ways() {
        for (lower, upper) in [
            (0, Some(0)),
            (1, Some(1)),
            (u64::MAX, None),
            (u64::MAX, Some(u64::MAX)),
            (1 << 40, None),
            (4097, None),
        ] {
            for script in [
                Script::new().data(MESSAGE),
                Script::bytewise(MESSAGE.as_bytes()),
            ] {
                let site = case.site();
                let request = Request::post(target())
                    .body(script.hint(lower, upper))
                    .expect("a request");
                let service = tower::Layer::layer(&site.layer(), site.app.clone());
                let Ok(response) = service.oneshot(request).await;
                let answer = Answer::of(response).await;
                site.check(&format!("row 27, {lower} to {upper:?}"), &case, &answer);
            }
        }
    }
}

pub(crate) async fn a_body_that_breaks_off_reaches_nobody(row: &mut Row) {
    let refused = Case::new("broken", target()).rejected(Rejection::BodyUnreadable);
    for way in row.ways() {
        match way {
            Way::Tower => {
                for script in [
                    Script::new().error("at once"),
                    Script::new().data(MESSAGE).error("at the end"),
                    Script::bytewise(MESSAGE.as_bytes()).pending().error("late"),
                ] {
                    let site = refused.site();
                    let service = tower::Layer::layer(&site.layer(), site.app.clone());
                    let request = Request::post(target()).body(script).expect("a request");
                    let Ok(response) = service.oneshot(request).await;
                    site.check("row 29, tower", &refused, &Answer::of(response).await);
                }
            }
            Way::Socket => {
                over_http1(&refused).await;
                over_http2(&refused).await;
            }
        }
    }
}

async fn over_http1(refused: &Case) {
    let head = format!("POST {} HTTP/1.1\r\nHost: test\r\n", target());
    let length = MESSAGE.len();
    for (what, rest) in [
        ("nothing of it", format!("Content-Length: {length}\r\n\r\n")),
        (
            "all but one byte",
            format!("Content-Length: {}\r\n\r\n{MESSAGE}", length + 1),
        ),
        (
            "a truncated chunk",
            format!(
                "Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{}",
                &MESSAGE[1..]
            ),
        ),
        (
            "no last chunk",
            format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{MESSAGE}\r\n"),
        ),
        (
            "a broken chunk size",
            format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{MESSAGE}\r\nzz\r\n\r\n"),
        ),
        (
            "a chunk size past 64 bits",
            "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n".to_owned(),
        ),
    ] {
        let site = refused.site();
        let server = server::http1(served(site.plain())).await;
        let mut connection = Connection::open(server.address).await;
        connection.send(format!("{head}{rest}")).await;
        connection.finish().await;
        let answer = connection.answer().await;
        site.outcomes.reaches(1).await;
        match answer {
            Some(answer) => {
                assert_eq!(answer.status, 400, "row 29, {what}");
                site.check(&format!("row 29, {what}"), refused, &answer);
            }
            None => nobody(&site, what),
        }
    }
}

async fn over_http2(refused: &Case) {
    let site = refused.site();
    let server = server::http1_and_2(served(site.plain())).await;
    let uri = format!("http://test{}", target());
    let body = Script::new().data(MESSAGE).pending().error("reset");
    let request = Request::post(uri).body(body).expect("a request");
    let answer: Result<Response<_>, _> = connection::send_http2(server.address, request).await;
    assert!(answer.is_err(), "a stream that is reset has no answer");
    site.outcomes.reaches(1).await;
    nobody(&site, "an HTTP/2 reset");
}

/// Without an answer, the outcome says that the body broke off or that the server gave up.
fn nobody(site: &Site, what: &str) {
    assert_eq!(site.recorder.deliveries.len(), 0, "row 29, {what}");
    let ends: Vec<End> = site
        .outcomes
        .take()
        .iter()
        .map(|outcome| outcome.end)
        .collect();
    assert!(
        matches!(
            ends[..],
            [End::Rejected(Rejection::BodyUnreadable) | End::Abandoned]
        ),
        "row 29, {what}: {ends:?}"
    );
}

pub(crate) async fn odd_but_whole_bodies_are_accepted(row: &mut Row) {
    // Trailers end every chunked body of this suite. A socket cannot carry empty frames.
    let frames = [&MESSAGE[..1], "", &MESSAGE[1..9], "", "", &MESSAGE[9..], ""];
    row.check([
        Case::new("frames and trailers", target())
            .chunked(frames)
            .handled(|delivery| assert_eq!(delivery.body(), MESSAGE.as_bytes())),
        Case::new("only empty frames", target())
            .chunked(["", ""])
            .probed(true),
    ])
    .await;

    let case = Case::new("late", target());
    for way in row.ways() {
        let site = case.site();
        let answer = match way {
            Way::Tower => {
                let script = Script::new()
                    .pending()
                    .data("")
                    .pending()
                    .data(MESSAGE)
                    .pending()
                    .trailer("x-checksum", "1")
                    .pending();
                let service = tower::Layer::layer(&site.layer(), site.app.clone());
                let request = Request::post(target()).body(script).expect("a request");
                let Ok(response) = service.oneshot(request).await;
                Answer::of(response).await
            }
            Way::Socket => pieces(&site).await,
        };
        site.check("row 30, late", &case, &answer);
    }
}

/// Sends the body only when the server has asked for it, in two pieces.
async fn pieces(site: &Site) -> Answer {
    let server = server::http1(served(site.plain())).await;
    let mut connection = Connection::open(server.address).await;
    let length = MESSAGE.len();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n",
        target()
    );
    connection.send(head).await;
    // hyper sends this when the body is polled for the first time, and there is nothing yet.
    connection.interim().await;
    connection.send(&MESSAGE[..20]).await;
    connection.send(&MESSAGE[20..]).await;
    connection.answer().await.expect("an answer")
}

pub(crate) async fn an_outer_limit_is_a_limit(row: &mut Row) {
    fn limited(site: &Site) -> Web {
        let outer = ServiceBuilder::new().layer(RequestBodyLimitLayer::new(100));
        web(outer.layer(site.layer()).service(site.app.clone()))
    }
    let chunked = |length, chunk| {
        Case::new(format!("{length}"), target())
            .chunked(padded(length, chunk))
            .stack(limited)
    };
    row.check([
        chunked(100, 10),
        chunked(101, 10).rejected(Rejection::BodyTooLarge),
        chunked(4000, 4000).rejected(Rejection::BodyTooLarge),
    ])
    .await;
}

pub(crate) async fn a_gzip_bomb_is_counted_inflated(row: &mut Row) {
    fn inflating(site: &Site) -> Web {
        let outer = ServiceBuilder::new().layer(RequestDecompressionLayer::new());
        web(outer.layer(site.layer()).service(site.app.clone()))
    }
    let zipped = |length: usize| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let text = MESSAGE.to_owned() + &" ".repeat(length - MESSAGE.len());
        encoder.write_all(text.as_bytes()).expect("memory");
        Case::new(format!("{length} inflated"), target())
            .header("content-encoding", "gzip")
            .chunked([encoder.finish().expect("memory")])
            .stack(inflating)
            .limit(20_000)
    };
    // All are far below the limit as they are sent.
    row.check([
        zipped(20_000),
        zipped(20_001).rejected(Rejection::BodyTooLarge),
        zipped(10_000_000).rejected(Rejection::BodyTooLarge),
    ])
    .await;
}
