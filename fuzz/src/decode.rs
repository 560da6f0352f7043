//! Any body of any command. An input is the command, a line break and the body.

use std::fmt::Debug;

use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::{Map, Value, value::RawValue};
use tower_tencent_webhook::{
    error::DecodeError,
    event::{COMMANDS, Event},
    trtc,
};

use super::element;

/// A member of `TencentVod`, which the vendor's table has one level up.
macro_rules! vod {
    ($name:literal) => {
        (
            "TRTC.311",
            concat!("/EventInfo/Payload/", $name),
            concat!("/EventInfo/Payload/TencentVod/", $name),
        )
    };
}

/// Members that once had another name or place: what the command begins with, old path, path in the
/// event.
pub const RENAMED: &[(&str, &str, &str)] = &[
    (
        "Call.CallbackAfterStartCall",
        "/CallInfo/MediaType",
        "/CallInfo/CallMediaType",
    ),
    ("Group.CallbackAfterCreateGroup", "/groupID", "/GroupId"),
    (
        "Group.CallbackAfterMemberFieldChanged",
        "/Modified_Account",
        "/Member_Account",
    ),
    (
        "Group.CallbackBeforeCreateGroup",
        "/CreatedNum",
        "/CreateGroupNum",
    ),
    (
        "Group.CallbackBeforeCreateGroup",
        "/CreatedGroupNum",
        "/CreateGroupNum",
    ),
    (
        "Live.CallbackAfterCreateRoom",
        "/RoomInfo/EventTime",
        "/EventTime",
    ),
    ("State.StateChange", "/CustomStatus", "/Info/CustomStatus"),
    (
        "TRTC.305",
        "/EventInfo/Payload/LeaveCode",
        "/EventInfo/Payload/Status",
    ),
    vod!("UserId"),
    vod!("TrackType"),
    vod!("MediaId"),
    vod!("FileId"),
    vod!("VideoUrl"),
    vod!("CacheFile"),
    vod!("StartTimeStamp"),
    vod!("EndTimeStamp"),
    ("TRTC.401", "/EventInfo/EventTsMs", "/EventInfo/EventMsTs"),
    ("TRTC.601", "/EventInfo/eventId", "/EventInfo/eventID"),
    ("TRTC.", "/CallbackMsTs", "/CallbackTs"),
];

/// Nothing panics, and a typed event says what its body says and reads back the same.
pub fn check(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let name = parts.next().unwrap_or_default();
    let body = parts.next().unwrap_or_default();
    let mut rows = COMMANDS.iter().chain(trtc::EVENTS);
    let Some(row) = rows.find(|row| row.command.as_bytes() == name) else {
        return;
    };
    let command = row.command;
    if command.starts_with("TRTC.") {
        check_event(command, body, |body| trtc::Event::decode(command, body));
    } else {
        check_event(command, body, |body| Event::decode(command, body));
    }
}

fn check_event<E: Serialize + PartialEq + Debug>(
    command: &'static str,
    body: &[u8],
    decode: impl Fn(&[u8]) -> Result<E, DecodeError>,
) {
    let event = match decode(body) {
        Ok(event) => event,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    assert!(body.trim_ascii_start().starts_with(b"{"));
    assert!(serde_json::from_slice::<IgnoredAny>(body).is_ok());

    let written = serde_json::to_vec(&event).expect("an event serialises");
    assert!(decode(&written).as_ref() == Ok(&event), "{event:?} changes");

    // A `Value` holds no lone surrogate, no huge number and nothing deep.
    let Ok(source) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let value = serde_json::from_slice(&written).expect("as deep as the body");
    let whole = Comparison {
        command,
        source: &source,
    };
    whole.agree("", &source, &value);
    if value.get("MsgBody").is_some() {
        check_elements(body, &written);
    }
}

struct Comparison<'a> {
    command: &'static str,
    /// The whole body.
    source: &'a Value,
}

impl Comparison<'_> {
    /// Every leaf that was written is in the body. `path` leads to both, and leaves out the
    /// indices of lists.
    fn agree(&self, path: &str, source: &Value, written: &Value) {
        match (source, written) {
            _ if source == written => {}
            (Value::Object(source), Value::Object(written)) => {
                for (name, value) in written {
                    self.agree_on_member(path, source, name, value);
                }
            }
            (Value::Array(source), Value::Array(written)) => {
                assert_eq!(source.len(), written.len(), "{path}");
                for (source, written) in source.iter().zip(written) {
                    self.agree(path, source, written);
                }
            }
            (Value::Number(source), Value::Number(written)) => {
                assert_eq!(source.as_f64(), written.as_f64(), "{path}");
            }
            (Value::String(quoted), Value::Number(number)) => {
                let bare: i128 = quoted.parse().expect("a quoted number");
                assert_eq!(bare.to_string(), number.to_string(), "{path}");
            }
            (Value::String(quoted), Value::Bool(truth)) => {
                assert_eq!(*quoted, truth.to_string(), "{path}");
            }
            (Value::Number(number), Value::String(account)) => {
                assert_eq!(number.to_string(), *account, "{path}");
            }
            _ => unreachable!("{path} was {source} and is {written}"),
        }
    }

    fn agree_on_member(&self, path: &str, source: &Map<String, Value>, name: &str, value: &Value) {
        if name == "CallbackCommand" && value == self.command {
            return; // by its first name, and also where it was left out
        }
        let path = format!("{path}/{name}");
        let present = |member: &&Value| !member.is_null() && (*member != "" || value.is_string());
        let newest = source.get(name).filter(present);
        let older = || {
            RENAMED
                .iter()
                .filter(|(of, _, to)| self.command.starts_with(of) && *to == path)
                .find_map(|(_, from, _)| self.source.pointer(from).filter(present))
        };
        match newest.or_else(older) {
            Some(member) => self.agree(&path, member, value),
            // Its members were elsewhere, one by one.
            None if value.is_object() => self.agree(&path, &Value::Object(Map::new()), value),
            None => unreachable!("{path} was added as {value}"),
        }
    }
}

/// Message elements are given back byte for byte, and forwarded messages can be asked for.
fn check_elements(body: &[u8], written: &[u8]) {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Message<'a> {
        #[serde(borrow)]
        msg_body: Vec<&'a RawValue>,
    }
    let elements = |body| {
        let message: Message<'_> = serde_json::from_slice(body).expect("a message");
        message.msg_body.into_iter().map(RawValue::get)
    };
    assert!(elements(body).eq(elements(written)));
    for json in elements(body) {
        element::check(json.as_bytes());
    }
}
