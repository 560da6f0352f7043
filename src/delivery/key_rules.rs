//! From a rule and a body to the bytes of a key.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::{event::KeyRule, wire::lenient::BorrowedText};

/// Hashed into every key. Another rule, or another way to hash, is another version.
const VERSION: &str = "1";

/// The key of a body by the rule of its command, if it has one.
pub(super) fn key(rule: KeyRule, sdk_app_id: u64, command: &str, body: &str) -> Option<[u8; 32]> {
    let parts = match rule {
        KeyRule::Never => None,
        KeyRule::Body => timed_body(body),
        KeyRule::BodyWith(id) => body_with(body, id).or_else(|| timed_body(body)),
        KeyRule::Message { needs, also } => message(body, needs, also).or_else(|| timed_body(body)),
        KeyRule::EventInfo => event_info(body),
        KeyRule::EventId => event_id(body),
    };
    let head = [
        Part::Text(VERSION.into()),
        Part::Text(sdk_app_id.to_string().into()),
        Part::Text(command.into()),
    ];
    parts.map(|parts| hash(head.into_iter().chain(parts)))
}

/// What is hashed, with its kind and its length before it, so that no two lists of parts hash
/// the same text.
enum Part<'a> {
    Absent,
    /// A text, or a number as it is written: quoted and bare are the same.
    Text(Cow<'a, str>),
    /// Any other value, byte for byte.
    Json(&'a str),
}

impl<'a> Part<'a> {
    fn of(value: &'a RawValue) -> Self {
        let json = value.get();
        match json.as_bytes().first() {
            // serde refuses only a text with half a character; that is hashed as it came.
            Some(b'"') => {
                serde_json::from_str(json).map_or(Self::Json(json), |text: String| text.into())
            }
            Some(b'-' | b'0'..=b'9') => Self::Text(json.into()),
            Some(b'n') => Self::Absent,
            _ => Self::Json(json),
        }
    }

    fn is_negative(&self) -> bool {
        matches!(self, Self::Text(text) if text.starts_with('-'))
    }
}

impl From<String> for Part<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

fn hash<'a>(parts: impl Iterator<Item = Part<'a>>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        let (kind, bytes) = match &part {
            Part::Absent => (0, &b""[..]),
            Part::Text(text) => (1, text.as_bytes()),
            Part::Json(json) => (2, json.as_bytes()),
        };
        hash.update([kind]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}

/// The value, if it identifies something: not null, not empty, not 0.
fn identity(value: &RawValue) -> Option<Part<'_>> {
    match Part::of(value) {
        Part::Absent => None,
        Part::Text(text) if text.is_empty() || text.parse() == Ok(0_i64) => None,
        part => Some(part),
    }
}

/// The whole body, if it holds the id.
fn body_with<'a>(body: &'a str, id: &str) -> Option<Vec<Part<'a>>> {
    members(body, &[id])?[0].and_then(identity)?;
    Some(vec![Part::Json(body)])
}

/// Whether it is a time in milliseconds that was measured to the millisecond.
fn is_fine_time(value: &RawValue) -> bool {
    const MILLIS: u64 = 1_000_000_000_000; // 2001 as milliseconds, far in the future as seconds

    match Part::of(value) {
        Part::Text(text) => text
            .parse()
            .is_ok_and(|time: u64| time >= MILLIS && !time.is_multiple_of(1000)),
        _ => false,
    }
}

/// The whole body, if it holds a fine time.
fn timed_body(body: &str) -> Option<Vec<Part<'_>>> {
    let found = members(body, &["EventTime", "RoomInfo"])?;
    let time = match (found[0], found[1]) {
        (Some(time), _) => time,
        (None, Some(room)) => members(room.get(), &["EventTime"])?[0]?,
        (None, None) => return None,
    };
    is_fine_time(time).then(|| vec![Part::Json(body)])
}

/// What a message says, byte for byte.
const CONTENT: [&str; 3] = ["MsgBody", "CloudCustomData", "GroupAtInfo"];

/// The identity of a message, and its content; `None` if it has no identity.
fn message<'a>(body: &'a str, needs: &[&str], also: &[&str]) -> Option<Vec<Part<'a>>> {
    let names = [needs, also, &CONTENT].concat();
    let found = members(body, &names)?;
    let (needed, rest) = found.split_at(needs.len());
    let (optional, content) = rest.split_at(also.len());
    let needed: Option<Vec<_>> = needed
        .iter()
        .map(|value| value.and_then(identity).filter(|part| !part.is_negative()))
        .collect();
    let optional = optional
        .iter()
        .map(|value| value.and_then(identity).unwrap_or(Part::Absent));
    let content = content
        .iter()
        .map(|value| value.map_or(Part::Absent, |value| Part::Json(value.get())));
    Some(needed?.into_iter().chain(optional).chain(content).collect())
}

/// `EventType` and `EventInfo`, if that holds a fine time. The events of a call's recording have
/// them inside `Callback`.
fn event_info(body: &str) -> Option<Vec<Part<'_>>> {
    let mut found = members(body, &["EventType", "EventInfo", "Callback"])?;
    if let (None, Some(callback)) = (found[1], found[2]) {
        found = members(callback.get(), &["EventType", "EventInfo"])?;
    }
    let info = found[1]?.get();
    // The second name is that of the samples of TRTC.401.
    let times = members(info, &["EventMsTs", "EventTsMs"])?;
    let fine = times.into_iter().flatten().any(is_fine_time);
    fine.then(|| vec![found[0].map_or(Part::Absent, Part::of), Part::Json(info)])
}

/// The id of a screenshot, which the vendor spells in two ways.
fn event_id(body: &str) -> Option<Vec<Part<'_>>> {
    let info = members(body, &["EventInfo"])?[0]?;
    let ids = members(info.get(), &["eventID", "eventId"])?;
    let id = ids.into_iter().flatten().find_map(identity)?;
    Some(vec![id])
}

/// The members with these names, in this order, by one pass over `json`; `None` if it is not an
/// object, or has one of them twice: then it says two things, and a decoder may see the other.
pub(super) fn members<'a>(json: &'a str, names: &[&str]) -> Option<Vec<Option<&'a RawValue>>> {
    let mut json = serde_json::Deserializer::from_str(json);
    let found = json.deserialize_map(Members(names)).ok()?;
    json.end().ok()?;
    Some(found)
}

struct Members<'n>(&'n [&'n str]);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Vec<Option<&'de RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = vec![None; self.0.len()];
        while let Some(BorrowedText(key)) = map.next_key()? {
            match self.0.iter().position(|name| *name == key) {
                Some(at) if found[at].is_some() => return Err(Error::custom("twice")),
                Some(at) => found[at] = Some(map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}
