//! Part C, as far as the head decides.

use http::StatusCode;
use tower_tencent_webhook::outcome::Rejection;

use super::{
    case::{Case, Row},
    site::Site,
};
use crate::support::{AFTER, MESSAGE, OPEN_APP};

fn target() -> String {
    format!("/?SdkAppid={OPEN_APP}&CallbackCommand={AFTER}")
}

pub(crate) async fn other_methods_are_not_ours(row: &mut Row) {
    for method in [
        "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "post", "POSTS",
    ] {
        let case = Case::new(method, target()).method(method);
        row.check([
            case.clone().passed(),
            case.stack(Site::mounted)
                .not_a_webhook(StatusCode::METHOD_NOT_ALLOWED),
        ])
        .await;
    }
}

pub(crate) async fn any_content_type_is_accepted(row: &mut Row) {
    row.check([Case::new("absent", target())]).await;
    row.check(
        [
            "application/json",
            "application/json; charset=gbk",
            "text/plain",
            "application/x-www-form-urlencoded",
            "",
            ";;;",
        ]
        .map(|kind| Case::new(kind, target()).header("content-type", kind)),
    )
    .await;
}

pub(crate) async fn an_encoded_body_is_not_read(row: &mut Row) {
    let with = |encoding: &str| Case::new(encoding, target()).header("content-encoding", encoding);
    row.check(
        [
            "gzip",
            "GZIP",
            "br",
            "deflate",
            "zstd",
            "x",
            "identity, gzip",
            "gzip, identity",
        ]
        .map(|encoding| with(encoding).rejected(Rejection::EncodedBody)),
    )
    .await;
    row.check([
        with("identity")
            .header("content-encoding", "gzip")
            .rejected(Rejection::EncodedBody),
        // A forbidden request is not also told that its encoding is wrong.
        Case::new(
            "unknown app",
            format!("/?SdkAppid=1&CallbackCommand={AFTER}"),
        )
        .header("content-encoding", "gzip")
        .rejected(Rejection::UnknownApp),
    ])
    .await;
    row.check(["identity", "Identity", ""].map(with)).await;
}

pub(crate) async fn a_declared_length_over_the_limit_is_not_read(row: &mut Row) {
    let whole = |length: usize| {
        Case::new(length.to_string(), target())
            .whole(MESSAGE.to_owned() + &" ".repeat(length - MESSAGE.len()))
    };
    row.check([
        whole(100).limit(100),
        whole(101).limit(100).rejected(Rejection::BodyTooLarge),
        whole(5000).limit(100).rejected(Rejection::BodyTooLarge),
        // The encoding comes first.
        whole(5000)
            .limit(100)
            .header("content-encoding", "gzip")
            .rejected(Rejection::EncodedBody),
    ])
    .await;
}
