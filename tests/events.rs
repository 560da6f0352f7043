//! Every fixture decodes, and comes back from the event without loss.
//!
//! A fixture is `tests/fixtures/<Command>.json`, with every documented field; other shapes of the
//! command are `<Command>.<shape>.json`.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;
use tower_tencent_webhook::event::{COMMANDS, Event, Payload};

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
        let row = row.unwrap_or_else(|| panic!("fixture {name} is of no known command"));
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

/// Where two values differ, if they do. A quoted number is equal to the bare one.
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
        (Value::String(quoted), Value::Number(bare))
        | (Value::Number(bare), Value::String(quoted))
            if *quoted == bare.to_string() =>
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
    for (command, name, body) in fixtures() {
        let event = decode(command, &body);
        if let Event::Undecodable(reason) = &event {
            panic!("{name}: {}", reason.error);
        }
        let written = serde_json::to_value(&event).expect("an event serialises");
        let fixture = serde_json::from_str(&body).expect("a fixture is JSON");
        assert_eq!(difference("", &fixture, &written), None, "{name}");
        let text = serde_json::to_string(&event).expect("an event serialises");
        assert_eq!(
            decode(command, &text),
            event,
            "{name}: decoding again gives another event"
        );
    }
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
fn a_serialised_event_names_its_command_as_the_fixture_does() {
    let mut named = BTreeMap::new();
    for (command, _, body) in fixtures() {
        let fixture: Value = serde_json::from_str(&body).expect("a fixture is JSON");
        if fixture
            .get("CallbackCommand")
            .is_some_and(|name| name == command)
        {
            let written =
                serde_json::to_value(decode(command, &body)).expect("an event serialises");
            named.insert(command, written["CallbackCommand"].clone());
        }
    }
    assert!(
        named.iter().all(|(command, written)| written == command),
        "{named:?}"
    );
}
