//! Any body of any command. An input is the command, a line break and the body.

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value, value::RawValue};
use tower_tencent_webhook::event::{COMMANDS, Event, Payload};

use super::element;

/// Members that had another name or place once: command, old path, path in the event.
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
];

/// Nothing panics, and a typed event says what its body says and reads back the same.
pub fn check(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let name = parts.next().unwrap_or_default();
    let body = parts.next().unwrap_or_default();
    let Some(row) = COMMANDS.iter().find(|row| row.command.as_bytes() == name) else {
        return;
    };
    let event = decode(row.command, body);
    match &event {
        Event::Unknown => unreachable!("the command is in the table"),
        Event::Undecodable(undecodable) => {
            assert!(!undecodable.error.to_string().is_empty());
            return;
        }
        _ => {}
    }
    assert!(body.trim_ascii_start().starts_with(b"{"));
    assert!(serde_json::from_slice::<IgnoredAny>(body).is_ok());

    let written = serde_json::to_vec(&event).expect("an event serialises");
    assert!(decode(row.command, &written) == event, "{event:?} changes");

    // A `Value` holds no lone surrogate, no huge number and nothing deep.
    let Ok(source) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let value = serde_json::from_slice(&written).expect("as deep as the body");
    let whole = Comparison {
        command: row.command,
        source: &source,
    };
    whole.agree("", &source, &value);
    if value.get("MsgBody").is_some() {
        check_elements(body, &written);
    }
}

fn decode(command: &str, body: &[u8]) -> Event {
    <Event as Payload>::decode(command, body).expect("an event is always made")
}

struct Comparison<'a> {
    command: &'static str,
    /// The whole body.
    source: &'a Value,
}

impl Comparison<'_> {
    /// Every leaf that was written stands in the body. `path` leads to both, and leaves out the
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
                .filter(|(command, _, to)| *command == self.command && *to == path)
                .find_map(|(_, from, _)| self.source.pointer(from).filter(present))
        };
        match newest.or_else(older) {
            Some(member) => self.agree(&path, member, value),
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
