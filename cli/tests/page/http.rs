//! Requests by hand, so that broken ones can be sent, too.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, SystemTime},
};

use tower_tencent_webhook::{testing::WebhookRequest, trtc};

/// The app of the tests, and its token.
pub(crate) const APP: u64 = 1_400_000_000;
pub(crate) const TOKEN: &str = "a token of the tests";
/// Its key for TRTC events.
pub(crate) const KEY: &str = "akeyofthetests";

/// Sends bytes and gives the status and body of the answer; 0 and nothing without one.
pub(crate) fn send(address: SocketAddr, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    // Only bounds a test that hangs.
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .expect("a timeout");
    stream.write_all(request).expect("a request");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    let status = answer
        .get(9..12)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, body.to_owned())
}

/// A request with these header lines, and its length.
pub(crate) fn request(method: &str, target: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("{method} {target} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
        .into_bytes()
}

/// A webhook as Tencent sends it.
pub(crate) fn webhook(command: &str, body: &str) -> Vec<u8> {
    request("POST", &target(command), "", body)
}

/// An event as TRTC sends it.
pub(crate) fn event(body: &str) -> Vec<u8> {
    let sign = trtc::sign(KEY, body.as_bytes());
    let headers = format!("sdkappid: {APP}\r\nsign: {sign}\r\n");
    request("POST", "/", &headers, body)
}

/// Path and query of a webhook, signed now.
pub(crate) fn target(command: &str) -> String {
    WebhookRequest::new(APP, command)
        .signed(TOKEN)
        .path_and_query()
}

/// Path and query of a webhook, signed `ago`.
pub(crate) fn old_target(command: &str, ago: Duration) -> String {
    WebhookRequest::new(APP, command)
        .signed_at(TOKEN, SystemTime::now() - ago)
        .path_and_query()
}
