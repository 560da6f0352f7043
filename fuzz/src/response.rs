//! What every answer of the layer must look like.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{Response, StatusCode, header};
use http_body::Body;
use http_body_util::BodyExt;
use serde_json::Value;

/// The output of a future that has nothing to wait for.
pub fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("there is nothing to wait for"),
    }
}

/// The response with its body.
pub fn read<B: Body<Data = Bytes>>(response: Response<B>) -> Response<Bytes> {
    let (parts, body) = response.into_parts();
    let Ok(body) = at_once(body.collect()) else {
        unreachable!("a body that cannot fail")
    };
    Response::from_parts(parts, body.to_bytes())
}

/// A reply is JSON of three fields at least, and any other answer one fixed word.
pub fn check(response: &Response<Bytes>) {
    let (status, body) = (response.status(), response.body());
    let content_type = if status == StatusCode::OK {
        let reply: Value = serde_json::from_slice(body).expect("a reply is JSON");
        assert_eq!(reply["ActionStatus"], "OK");
        assert!(reply["ErrorInfo"].is_string() && reply["ErrorCode"].is_u64());
        "application/json"
    } else {
        assert_eq!(status.canonical_reason().unwrap_or_default(), body);
        "text/plain"
    };
    assert_eq!(response.headers().len(), 1);
    assert_eq!(response.headers()[header::CONTENT_TYPE], content_type);
}
