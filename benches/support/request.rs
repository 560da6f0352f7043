//! The requests: one HTTP/1.1 message each, ready to be written.

use std::time::{SystemTime, UNIX_EPOCH};

use http::StatusCode;
use tower_tencent_webhook::{signature, testing::TrtcRequest};

use super::{AFTER, APP, BEFORE, KEY, TOKEN};

/// The sizes of bodies that are compared. The smallest is one text of a few words.
pub(crate) const SMALL: usize = 464;
pub(crate) const MEDIUM: usize = 4 * 1024;
/// The largest message that Tencent lets through.
pub(crate) const LARGE: usize = 12 * 1024;
/// Larger than any today.
pub(crate) const HUGE: usize = 64 * 1024;

/// What TRTC sends, as it does: with line breaks and tabs.
const ENTERED: &str = "{\n\t\"EventGroupId\":\t1,\n\t\"EventType\":\t103,\n\t\"CallbackTs\":\t1700000000000,\n\t\"EventInfo\":\t{\n\t\t\"RoomId\":\t730041,\n\t\t\"EventTs\":\t1700000000,\n\t\t\"EventMsTs\":\t1700000000123,\n\t\t\"UserId\":\t\"jared\",\n\t\t\"Role\":\t20,\n\t\t\"TerminalType\":\t3,\n\t\t\"UserType\":\t3,\n\t\t\"Reason\":\t1\n\t}\n}";

/// What the application is sent.
const FORM: &str = r#"{"title":"a page"}"#;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Request {
    /// A message was sent; signed, with a body of this many bytes.
    After(usize),
    /// A message is to be sent; signed, with a body of this many bytes.
    Before(usize),
    /// Signed with another token.
    Forged,
    /// A user has entered a room, as TRTC tells it.
    Event,
    /// A page of the application.
    Get,
    /// A form sent to the application, with a query of its own.
    Post,
}

impl Request {
    /// The status of its answer.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Forged => StatusCode::FORBIDDEN,
            _ => StatusCode::OK,
        }
    }

    /// The bytes of its body.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::After(size) | Self::Before(size) => size,
            Self::Forged => SMALL,
            Self::Event => ENTERED.len(),
            Self::Get => 0,
            Self::Post => FORM.len(),
        }
    }

    pub(crate) fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::After(size) => post(&signed(AFTER, TOKEN), &body(AFTER, size)),
            Self::Before(size) => post(&signed(BEFORE, TOKEN), &body(BEFORE, size)),
            Self::Forged => post(&signed(AFTER, "a guess"), &body(AFTER, SMALL)),
            Self::Event => event(),
            Self::Get => b"GET /?page=2 HTTP/1.1\r\nhost: example.org\r\n\r\n".to_vec(),
            Self::Post => post("page=2&sort=name&filter=none", FORM),
        }
    }
}

fn signed(command: &str, token: &str) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock after 1970")
        .as_secs();
    let sign = signature::sign(token, now);
    format!(
        "SdkAppid={APP}&CallbackCommand={command}&contenttype=json&ClientIP=203.0.113.7&OptPlatform=iOS&Sign={sign}&RequestTime={now}"
    )
}

/// An event that is signed and sent now.
fn event() -> Vec<u8> {
    let request = TrtcRequest::new(APP).signed(KEY).body::<Vec<u8>>(ENTERED);
    let sign = request.headers()["sign"].to_str().expect("base64");
    let body = std::str::from_utf8(request.body()).expect("UTF-8");
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\nhost: example.org\r\ncontent-type: application/json\r\nsdkappid: {APP}\r\nsign: {sign}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn post(query: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST /?{query} HTTP/1.1\r\nhost: example.org\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A message of exactly `size` bytes: one text, or as many elements of about 100 bytes as fit.
pub(crate) fn body(command: &str, size: usize) -> String {
    const TEXT: &str = r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"did you see that goal? what a night, all of you"}},"#;
    const CUSTOM: &str = r#"{"MsgType":"TIMCustomElem","MsgContent":{"Data":"{\"sticker\":\"fireworks\"}","Desc":"a sticker"}},"#;

    let head = format!(
        r#"{{"CallbackCommand":"{command}","GroupId":"@TGS#2J4SZEAEL","Type":"Public","From_Account":"jared","Operator_Account":"admin","Random":3917204455,"MsgSeq":123,"MsgTime":1490686222,"OnlineOnlyFlag":0,"CloudCustomData":"{{\"level\":12,\"badge\":\"gold\"}}","EventTime":1670574414123,"MsgBody":["#
    );
    let last = r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":""#;
    let tail = r#""}}]}"#;

    let mut body = head;
    for element in [TEXT, TEXT, TEXT, CUSTOM].iter().cycle() {
        if body.len() + element.len() + last.len() + tail.len() > size {
            break;
        }
        body.push_str(element);
    }
    body.push_str(last);
    let pad = size
        .checked_sub(body.len() + tail.len())
        .expect("room for one element");
    body.extend("red packet ".chars().cycle().take(pad));
    body.push_str(tail);
    body
}
