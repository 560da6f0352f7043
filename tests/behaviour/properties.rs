//! Properties of all events, checked on bodies that are made from the fixtures, and of signatures.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use serde_json::Value;
use tower_tencent_webhook::{
    event::{COMMANDS, Event, Payload},
    signature::{sign, verify_at},
    testing,
};

/// `None` if a required member is missing.
fn decode(command: &str, body: &[u8]) -> Option<Event> {
    <Event as Payload>::decode(command, body).ok()
}

fn sample(command: &str) -> Value {
    serde_json::from_str(testing::sample_body(command).expect("a sample"))
        .expect("a sample is JSON")
}

/// Endless choices out of a few random numbers.
struct Choices<'a> {
    numbers: std::iter::Cycle<std::slice::Iter<'a, u64>>,
    texts: std::iter::Cycle<std::slice::Iter<'a, String>>,
}

impl Choices<'_> {
    fn number(&mut self) -> u64 {
        self.numbers.next().copied().unwrap_or_default()
    }

    fn text(&mut self) -> String {
        self.texts.next().cloned().unwrap_or_default()
    }
}

/// Another value of the same shape: other texts and numbers, lists of another length, and without
/// some of the members.
fn vary(value: &mut Value, choices: &mut Choices<'_>) {
    match value {
        Value::Object(members) => {
            members
                .retain(|name, _| name == "CallbackCommand" || !choices.number().is_multiple_of(8));
            members
                .iter_mut()
                .filter(|(name, _)| *name != "CallbackCommand")
                .for_each(|(_, value)| vary(value, choices));
        }
        Value::Array(items) => {
            let length = usize::try_from(choices.number() % 3).unwrap_or_default();
            *items = items
                .iter()
                .cycle()
                .take(if items.is_empty() { 0 } else { length })
                .cloned()
                .collect();
            items.iter_mut().for_each(|item| vary(item, choices));
        }
        Value::String(text) => *text = choices.text(),
        Value::Number(number) => *number = (choices.number() % 4_294_967_296).into(),
        Value::Bool(truth) => *truth = choices.number().is_multiple_of(2),
        Value::Null => {}
    }
}

proptest! {
    #[test]
    fn an_event_that_is_written_reads_back_the_same(
        command in prop::sample::select(COMMANDS),
        numbers in prop::collection::vec(any::<u64>(), 1..40),
        texts in prop::collection::vec(".{0,12}", 1..10),
    ) {
        let command = command.command;
        let mut body = sample(command);
        vary(&mut body, &mut Choices { numbers: numbers.iter().cycle(), texts: texts.iter().cycle() });
        let event = decode(command, body.to_string().as_bytes());
        prop_assume!(event.is_some());
        let written = serde_json::to_vec(&event).expect("an event serialises");
        prop_assert_eq!(decode(command, &written), event);
    }

    #[test]
    fn no_damage_to_a_body_panics(
        command in prop::sample::select(COMMANDS),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<Option<prop::sample::Index>>(),
    ) {
        let mut body = testing::sample_body(command.command).expect("a sample").as_bytes().to_vec();
        for (at, byte) in damage {
            let at = at.index(body.len());
            body[at] = byte;
        }
        if let Some(cut) = cut {
            body.truncate(cut.index(body.len()));
        }
        let _ = decode(command.command, &body);
    }
}

/// Members of an element, as they are, as they might be, and as nobody should write them.
const MEMBERS: &[&str] = &[
    r#""MsgType":"TIMTextElem""#,
    r#""MsgType" : "TIM\u0054extElem""#,
    r#""MsgType":"TIMCustomElem""#,
    r#""MsgType":"TIMTideElem""#,
    r#""MsgType":"TIMFaceElem\ud83d""#,
    r#""MsgType":1"#,
    r#""MsgContent":{"Text":"<text>"}"#,
    r#""MsgContent" :{ "Text" : "<text>"	}"#,
    r#""MsgContent":{"Text":"<text>","Text":"<text>"}"#,
    r#""MsgContent":{"T\u0065xt":"<text>","Tone":["}",{}]}"#,
    r#""MsgContent":{"Data":"<text>","Desc":"<text>"}"#,
    r#""MsgContent":{"Data":null,"Ext":7}"#,
    r#""MsgContent":["<text>"]"#,
    r#""Other":{"MsgType":"TIMTextElem","MsgContent":"}}"}"#,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn an_element_is_looked_at_as_it_is_decoded(
        members in prop::collection::vec(prop::sample::select(MEMBERS), 0..4),
        usual in any::<bool>(),
        comma in r"[ \t\n\r]{0,2},[ \t\n\r]{0,2}",
        text in r#"([ !#-\[\]-~é]|\\["\\/bfnrt]|\\u[0-9a-f]{4}|\\ud83d|\\ud83d\\ude00){0,8}"#,
    ) {
        let first = MEMBERS.first().filter(|_| usual);
        let members: Vec<_> = first.into_iter().chain(&members).copied().collect();
        let json = format!("{{{}}}", members.join(&comma)).replace("<text>", &text);
        crate::fuzz_corpus::harness::element::check(json.as_bytes());
    }
}

proptest! {
    #[test]
    fn any_change_of_a_signature_or_of_its_time_is_refused(
        token in "[!-~]{1,40}",
        time in 1_000_000_000_u64..=9_999_999_999,
        position in 0..64_usize,
        digit in "[0-9a-f]",
        other_time in "[0-9]{10}|.{0,12}",
    ) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(time);
        let window = Duration::from_secs(60);
        let right = sign(&token, time);
        let time = time.to_string();
        prop_assert_eq!(verify_at(&token, &right, &time, now, window), Ok(()));

        let mut wrong = right.clone();
        wrong.replace_range(position..=position, &digit);
        if wrong != right {
            prop_assert!(verify_at(&token, &wrong, &time, now, window).is_err());
        }
        if other_time != time {
            prop_assert!(verify_at(&token, &right, &other_time, now, window).is_err());
        }
    }
}
