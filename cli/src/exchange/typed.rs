//! The typed event of a body, and what the type leaves out.

use serde::Serialize;
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use tower_tencent_webhook::{error::DecodeError, event::Event, trtc};

use crate::protocol::Envelope;

/// The longest body whose fields are tried one by one, in bytes.
const MAX_TRIED: usize = 64 * 1024;
/// How many of its fields are tried at most.
const MAX_TRIALS: usize = 500;

/// What a body is, by its command.
#[derive(Debug)]
pub(crate) enum Typed {
    /// An event that the library knows, serialised from its type.
    Event(Box<RawValue>),
    /// A command that it does not know.
    Unknown,
    /// A known command whose body does not have the documented shape.
    Undecodable(DecodeError),
    /// A body that does not even tell its command, as the layer has found.
    Unreadable,
}

impl Typed {
    pub(crate) fn read(envelope: Envelope, command: &str, body: &[u8]) -> Self {
        match envelope {
            Envelope::Url => match Event::decode(command, body) {
                Ok(Event::Unknown) => Self::Unknown,
                Ok(event) => Self::event(&event),
                Err(error) => Self::Undecodable(error),
            },
            Envelope::Trtc => match trtc::Event::decode(command, body) {
                Ok(trtc::Event::Unknown) => Self::Unknown,
                Ok(event) => Self::event(&event),
                Err(error) => Self::Undecodable(error),
            },
        }
    }

    /// What serialises as JSON, as events do.
    fn event(event: &impl Serialize) -> Self {
        to_raw_value(event).map_or(Self::Unknown, Self::Event)
    }

    /// Its name in NDJSON.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Event(_) => "event",
            Self::Unknown => "unknown",
            Self::Undecodable(_) | Self::Unreadable => "undecodable",
        }
    }
}

/// The paths of the fields that the type of the command does not carry, such as
/// `MsgBody[0].Extra`.
///
/// A field is carried if it is in the typed event, or if the typed event would differ
/// without it: old spellings and places are carried under new ones.
pub(crate) fn untyped(envelope: Envelope, command: &str, body: &[u8]) -> Vec<String> {
    let event = |body: &[u8]| match Typed::read(envelope, command, body) {
        Typed::Event(event) => Some(event),
        _ => None,
    };
    let (Some(typed), Ok(mut raw)) = (event(body), serde_json::from_slice::<Value>(body)) else {
        return Vec::new();
    };
    let same: Value = serde_json::from_str(typed.get()).unwrap_or_default();
    let mut missing = Vec::new();
    find_missing(&raw, Some(&same), &mut Vec::new(), &mut missing);
    if body.len() <= MAX_TRIED && missing.len() <= MAX_TRIALS {
        missing.retain(|path| {
            let Some(taken) = take(&mut raw, path) else {
                return true;
            };
            let without = serde_json::to_vec(&raw).unwrap_or_default();
            let carried = event(&without)
                .and_then(|event| serde_json::from_str::<Value>(event.get()).ok())
                .is_none_or(|event| event != same);
            put_back(&mut raw, path, taken);
            !carried
        });
    }
    missing.iter().map(|path| display(path)).collect()
}

/// One step into a value.
#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Index(usize),
}

/// Collects the members of `raw` that `typed` does not have at the same place.
fn find_missing(
    raw: &Value,
    typed: Option<&Value>,
    path: &mut Vec<Step>,
    missing: &mut Vec<Vec<Step>>,
) {
    match raw {
        Value::Object(members) => {
            for (key, value) in members {
                if path.is_empty() && key == "CallbackCommand" {
                    continue;
                }
                path.push(Step::Key(key.clone()));
                match typed.and_then(|typed| typed.get(key)) {
                    Some(typed) => find_missing(value, Some(typed), path, missing),
                    None => missing.push(path.clone()),
                }
                path.pop();
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                let Some(typed) = typed.and_then(|typed| typed.get(index)) else {
                    continue;
                };
                path.push(Step::Index(index));
                find_missing(value, Some(typed), path, missing);
                path.pop();
            }
        }
        _ => {}
    }
}

fn parent<'a>(
    root: &'a mut Value,
    path: &[Step],
) -> Option<(&'a mut serde_json::Map<String, Value>, String)> {
    let (last, way) = path.split_last()?;
    let mut at = root;
    for step in way {
        at = match step {
            Step::Key(key) => at.get_mut(key)?,
            Step::Index(index) => at.get_mut(index)?,
        };
    }
    match last {
        Step::Key(key) => Some((at.as_object_mut()?, key.clone())),
        Step::Index(_) => None,
    }
}

fn take(root: &mut Value, path: &[Step]) -> Option<Value> {
    let (members, key) = parent(root, path)?;
    members.remove(&key)
}

fn put_back(root: &mut Value, path: &[Step], value: Value) {
    if let Some((members, key)) = parent(root, path) {
        members.insert(key, value);
    }
}

fn display(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => {
                text.push('.');
                text.push_str(key);
            }
            Step::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use tower_tencent_webhook::testing;

    use super::*;
    use crate::protocol;

    #[test]
    fn a_field_that_the_type_does_not_know_is_named_by_its_path() {
        let body = r#"{"GroupId":"g","Type":"Live","From_Account":"a","Own":{"a":1},
            "MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"t"}}]}"#;
        let untyped = untyped(Envelope::Url, "Group.CallbackAfterSendMsg", body.as_bytes());
        assert_eq!(untyped, ["Own"]);
    }

    #[test]
    fn a_documented_sample_has_no_untyped_field() {
        for row in protocol::commands() {
            let body = testing::sample_body(row.command).expect("a sample");
            let untyped = untyped(Envelope::of(row.command), row.command, body.as_bytes());
            assert_eq!(untyped, [""; 0], "{}", row.command);
        }
    }
}
