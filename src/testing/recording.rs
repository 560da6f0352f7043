//! Webhooks that the tool recorded.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;

use crate::{
    delivery::Record,
    value::{Platform, UnixMillis},
};

/// One line of a recording.
#[derive(Deserialize)]
struct Line {
    v: u32,
    received: UnixMillis,
    sdk_app_id: u64,
    command: String,
    #[serde(default)]
    query: Vec<(String, String)>,
    body: Option<String>,
    body_base64: Option<String>,
}

/// The webhooks of a recording that `tencent-webhook listen --record` wrote, in order, of
/// either protocol: real events for the tests of a handler.
///
/// A recording has no signatures, so all of them are unsigned.
///
/// ```
/// use tower_tencent_webhook::{Delivery, event::state, testing};
///
/// let recording = r#"{"v":1,"id":1,"received":1794960000123,"origin":"network","envelope":"url","sdk_app_id":1400000000,"command":"State.StateChange","query":[["OptPlatform","Web"]],"body":"{\"Info\":{\"Action\":\"Login\",\"To_Account\":\"mei\",\"Reason\":\"Register\"}}"}"#;
/// for record in testing::recording(recording) {
///     let delivery = Delivery::from_record(record).decode::<state::StateChange>().unwrap();
///     assert_eq!(delivery.event.info.to_account, "mei");
/// }
/// ```
///
/// # Panics
///
/// If a line is not from a recording.
#[must_use]
#[track_caller]
pub fn recording(ndjson: &str) -> Vec<Record> {
    ndjson
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| record(serde_json::from_str(line).expect("a line of a recording")))
        .collect()
}

#[track_caller]
fn record(line: Line) -> Record {
    assert_eq!(line.v, 1, "a recording of the version 1");
    let body = match (line.body, line.body_base64) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(text)) => BASE64_STANDARD
            .decode(text)
            .expect("base64 in `body_base64`"),
        _ => unreachable!("a line has either `body` or `body_base64`"),
    };
    let parameter = |name: &str| {
        let mut query = line.query.iter();
        query.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value.as_str()))
    };
    Record::new(line.sdk_app_id, line.command, body)
        .with_received(line.received)
        .with_client_ip(parameter("ClientIP").and_then(|address| address.parse().ok()))
        .with_platform(parameter("OptPlatform").map(Platform::from_parameter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_either_envelope_is_a_record() {
        let lines = concat!(
            r#"{"v":1,"id":1,"received":5,"origin":"network","envelope":"url","sdk_app_id":7,"command":"A.B","query":[["clientip","10.0.0.1"],["OptPlatform","ios"]],"body":"{}"}"#,
            "\n\n",
            r#"{"v":1,"id":2,"received":6,"envelope":"trtc","sdk_app_id":8,"command":"TRTC.101","query":[],"body_base64":"/w=="}"#,
        );
        let records = recording(lines);
        let first = Record::new(7, "A.B", "{}")
            .with_received(UnixMillis(5))
            .with_client_ip("10.0.0.1".parse().ok())
            .with_platform(Some(Platform::Ios));
        let second = Record::new(8, "TRTC.101", &b"\xff"[..]).with_received(UnixMillis(6));
        assert_eq!(records, [first, second]);
    }

    #[test]
    #[should_panic(expected = "version 1")]
    fn another_version_is_not_read() {
        let _ = recording(r#"{"v":2,"received":6,"sdk_app_id":8,"command":"A.B","body":""}"#);
    }
}
