//! Every fixture decodes, and comes back from the event without loss.
//!
//! A fixture is `tests/fixtures/<Command>.json`, with every documented field; other shapes of the
//! command are `<Command>.<shape>.json`.

use std::{fs, path::Path};

use serde_json::Value;
use tower_tencent_webhook::{
    Phase,
    event::{COMMANDS, Event, Payload},
};

use super::fuzz_corpus::harness::decode::RENAMED;

/// All fixtures: command, file name, content.
fn fixtures() -> Vec<(&'static str, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut fixtures = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of fixtures") {
        let path = entry.expect("a readable folder").path();
        let name = path
            .file_stem()
            .expect("a file name")
            .to_string_lossy()
            .into_owned();
        let row = COMMANDS.iter().find(|row| {
            name.strip_prefix(row.command)
                .is_some_and(|shape| shape.is_empty() || shape.starts_with('.'))
        });
        let row = row.expect("a fixture is named after its command");
        fixtures.push((
            row.command,
            name,
            fs::read_to_string(path).expect("a readable fixture"),
        ));
    }
    fixtures
}

fn decode(command: &str, body: &str) -> Event {
    <Event as Payload>::decode(command, body.as_bytes()).expect("an event is always made")
}

/// Fields in which the vendor writes an empty string for "none".
const NONE_IF_EMPTY: &[&str] = &[
    "Admin_Account",
    "ChatGroupId",
    "Member_Account",
    "MsgRandom",
    "RoomId",
    "TopicId",
];

/// The fixture with every field by its newest name, and the command by its first one.
fn newest(command: &str, body: &str) -> Value {
    let mut fixture: Value = serde_json::from_str(body).expect("a fixture is JSON");
    for (_, from, to) in RENAMED.iter().filter(|(renamed, ..)| *renamed == command) {
        let (parent, name) = from.rsplit_once('/').expect("a path");
        let moved = fixture
            .pointer_mut(parent)
            .and_then(Value::as_object_mut)
            .and_then(|parent| parent.remove(name));
        let (parent, name) = to.rsplit_once('/').expect("a path");
        if let (Some(moved), Some(parent)) = (moved, fixture.pointer_mut(parent)) {
            parent[name] = moved;
        }
    }
    match fixture.pointer_mut("/Events") {
        Some(Value::Array(events)) => events
            .iter_mut()
            .for_each(|event| event["CallbackCommand"] = command.into()),
        _ if command == "ContentCallback.ResultNotify" => {}
        _ => fixture["CallbackCommand"] = command.into(),
    }
    fixture
}

/// Where two values differ, if they do. A quoted number or truth value is equal to the bare one;
/// an empty list, and an empty string that means "none", may be left out.
fn difference(path: &str, fixture: &Value, written: &Value) -> Option<String> {
    match (fixture, written) {
        (Value::Object(fixture), Value::Object(written)) => {
            if let Some(extra) = written.keys().find(|key| !fixture.contains_key(*key)) {
                return Some(format!("{path}.{extra} was added"));
            }
            fixture
                .iter()
                .find_map(|(key, value)| match written.get(key) {
                    Some(other) => difference(&format!("{path}.{key}"), value, other),
                    None if value.as_array().is_some_and(Vec::is_empty) => None,
                    None if value == "" && NONE_IF_EMPTY.contains(&key.as_str()) => None,
                    None => Some(format!("{path}.{key} was lost")),
                })
        }
        (Value::Array(fixture), Value::Array(written)) if fixture.len() == written.len() => fixture
            .iter()
            .zip(written)
            .enumerate()
            .find_map(|(index, (value, other))| {
                difference(&format!("{path}[{index}]"), value, other)
            }),
        (Value::String(quoted), bare @ (Value::Number(_) | Value::Bool(_)))
        | (bare @ Value::Number(_), Value::String(quoted))
            if *quoted == format!("{bare}") =>
        {
            None
        }
        _ => (fixture != written).then(|| format!("{path} was {fixture} and is {written}")),
    }
}

#[test]
fn every_command_has_a_fixture() {
    let fixtures = fixtures();
    for row in COMMANDS {
        assert!(
            fixtures.iter().any(|(_, name, _)| name == row.command),
            "no fixture {}.json",
            row.command
        );
    }
}

#[test]
fn no_leaf_of_a_fixture_is_lost() {
    let mut problems = Vec::new();
    for (command, name, body) in fixtures() {
        let event = decode(command, &body);
        if let Event::Undecodable(reason) = &event {
            problems.push(format!("{name}: {}", reason.error));
            continue;
        }
        let written = serde_json::to_value(&event).expect("an event serialises");
        let fixture = newest(command, &body);
        problems.extend(
            difference("", &fixture, &written).map(|difference| format!("{name}: {difference}")),
        );
        let text = serde_json::to_string(&event).expect("an event serialises");
        if decode(command, &text) != event {
            problems.push(format!("{name}: decoding again gives another event"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn an_event_can_be_read_from_any_deserializer() {
    for (_, name, body) in fixtures()
        .into_iter()
        .filter(|(command, ..)| *command == "Group.CallbackAfterSendMsg")
    {
        let value: Value = serde_json::from_str(&body).expect("a fixture is JSON");
        let event: Result<tower_tencent_webhook::event::group::AfterSendMsg, _> =
            serde_json::from_value(value);
        assert!(event.is_ok(), "{name}: {event:?}");
        let event: Result<tower_tencent_webhook::event::group::AfterSendMsg, _> =
            serde_json::from_reader(body.as_bytes());
        assert!(event.is_ok(), "{name}: {event:?}");
    }
}

#[test]
fn every_field_that_was_renamed_has_a_fixture_with_its_old_name() {
    let fixtures = fixtures();
    for (command, from, to) in RENAMED {
        let with = |path: &str| {
            fixtures
                .iter()
                .filter(|(of, ..)| of == command)
                .any(|(_, _, body)| {
                    serde_json::from_str::<Value>(body)
                        .is_ok_and(|fixture| fixture.pointer(path).is_some())
                })
        };
        assert!(
            with(from) && with(to),
            "{command}: {from} or {to} is in no fixture"
        );
    }
}

#[test]
fn the_table_has_every_documented_command_once() {
    assert_eq!(COMMANDS.len(), 83);
    for (index, row) in COMMANDS.iter().enumerate() {
        assert_eq!(
            COMMANDS
                .iter()
                .position(|other| other.command == row.command),
            Some(index)
        );
        assert!(
            row.aliases
                .iter()
                .all(|alias| COMMANDS.iter().all(|other| other.command != *alias))
        );
    }
    assert_eq!(
        COMMANDS
            .iter()
            .filter(|row| row.phase() == Phase::Before)
            .count(),
        13
    );
}

#[test]
fn the_name_of_a_command_never_contradicts_its_phase() {
    for row in COMMANDS {
        let named = Phase::from_command_name(row.command);
        assert!(
            named.is_none_or(|phase| phase == row.phase()),
            "{}",
            row.command
        );
    }
}
