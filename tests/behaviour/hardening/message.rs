//! Part D, as far as chat users write it: elements, forwarded messages, custom data.

use serde_json::json;
use tower_tencent_webhook::{
    Delivery,
    event::{COMMANDS, Event, Payload},
    message::{Content, Element, ForwardedMessage},
    reply::ReplyKind,
    testing,
};

use super::{
    case::{Case, Row},
    json::target,
};

/// Half of a character, twice, as written between quotes.
const HALVES: &str = r"a\ud83db\udc00";
/// What is read of it.
const READ: &str = "a\u{fffd}b\u{fffd}";

/// How deep forwarded messages are nested.
const DEPTH: usize = 5000;

/// What the sender has written into an event of one of the three commands.
fn written(delivery: &Delivery) -> (Vec<Element>, Option<String>) {
    let event = <Event as Payload>::decode(delivery.command(), delivery.body());
    match event.expect("an event is always made") {
        Event::GroupBeforeSendMsg(event) => (event.msg_body, event.cloud_custom_data),
        Event::C2CBeforeSendMsg(event) => (event.msg_body, event.cloud_custom_data),
        Event::OfficialAccountBeforeSendMsg(event) => (event.msg_body, event.cloud_custom_data),
        other => unreachable!("{}: {other:?}", delivery.command()),
    }
}

fn elements(delivery: &Delivery) -> Vec<Element> {
    written(delivery).0
}

/// A message before it is delivered: the sample of the command, with these elements.
fn message(form: ReplyKind, name: &str, elements: &str) -> Case {
    let mut commands = COMMANDS.iter().filter(|row| row.reply_kind == form);
    let command = commands.next().expect("a command of this form").command;
    assert!(commands.next().is_none(), "one command of each form");
    let sample = testing::sample_body(command).expect("a sample");
    let mut body: serde_json::Value = serde_json::from_str(sample).expect("a sample is JSON");
    body["MsgBody"] = json!("the elements");
    body["CloudCustomData"] = json!("the custom data");
    let body = body.to_string().replace("\"the elements\"", elements);
    Case::new(format!("{command}: {name}"), target(command))
        .limit(1 << 20)
        .whole(body)
}

/// What does not fit: elements of unknown kinds, or with fields of unknown shape.
fn odd() -> Vec<String> {
    let deep = format!("{}1{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    let digits = "9".repeat(100_000);
    vec![
        r#"{"MsgType":"TIMNewElem","MsgContent":{"A":[1,{"B":null}]}}"#.to_owned(),
        r#"{"MsgType":"TIMNewElem","MsgContent":"\ud83d"}"#.to_owned(),
        r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":5}}"#.to_owned(),
        r#"{"MsgType":"TIMTextElem","MsgContent":["hi"]}"#.to_owned(),
        r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"a","Text":"b"}}"#.to_owned(),
        r#"{"MsgType":"TIMTextElem"}"#.to_owned(),
        r#"{"MsgType":7,"MsgContent":{}}"#.to_owned(),
        r#"{"MsgType":"TIMFaceElem","MsgContent":{"Index":1e400}}"#.to_owned(),
        r#"{"MsgType":"TIMFaceElem","MsgContent":{"Index":-0.5e-999}}"#.to_owned(),
        format!(r#"{{"MsgType":"TIMSoundElem","MsgContent":{{"Size":{digits}}}}}"#),
        format!(r#"{{"MsgType":"TIMCustomElem","MsgContent":{{"Data":{deep}}}}}"#),
        "[]".to_owned(),
        "5".to_owned(),
        "null".to_owned(),
        r#""text""#.to_owned(),
    ]
}

/// Elements that do not fit, between two that do.
fn among_odd() -> String {
    let fits = r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"here"}}"#;
    format!("[{fits},{},{fits}]", odd().join(","))
}

fn assert_odd_kept(delivery: &Delivery) {
    let (read, odd) = (elements(delivery), odd());
    let [first, between @ .., last] = &read[..] else {
        unreachable!("elements")
    };
    assert_eq!(
        (first.as_text(), last.as_text()),
        (Some("here"), Some("here"))
    );
    assert_eq!(between.len(), odd.len());
    for (element, json) in between.iter().zip(&odd) {
        assert_eq!(element.content(), &Content::Other, "{json:.80}");
        let written = serde_json::to_string(element).expect("it serialises");
        assert_eq!(&written, json, "given back unchanged");
    }
}

/// Forwarded messages inside forwarded messages, `DEPTH` deep.
fn relays() -> String {
    let open = r#"{"MsgType":"TIMRelayElem","MsgContent":{"MsgList":[{"MsgBody":["#;
    let innermost = r#"{"MsgContent":{"Text":"deep"},"MsgType":"TIMTextElem"}"#;
    format!(
        "[{}{innermost}{}]",
        open.repeat(DEPTH),
        "]}]}}".repeat(DEPTH)
    )
}

/// The one message that an element forwards.
fn forwarded(element: &Element) -> ForwardedMessage {
    let Content::Relay(relay) = element.content() else {
        unreachable!("a relay")
    };
    let mut messages = relay.messages().expect("the next level");
    assert_eq!(messages.len(), 1);
    messages.remove(0)
}

fn assert_relayed(delivery: &Delivery) {
    // Some levels: each costs as much as all below it.
    let mut element = elements(delivery).remove(0);
    for _ in 0..10 {
        element = forwarded(&element).msg_body.remove(0);
    }
    assert!(matches!(element.content(), Content::Relay(_)));
}

fn assert_text_read_lossily(delivery: &Delivery) {
    let elements = elements(delivery);
    assert_eq!(elements[0].as_text(), Some(READ));
    assert!(elements[0].as_json().contains(HALVES), "kept as it came");
}

fn assert_all_read_lossily(delivery: &Delivery) {
    let (elements, custom) = written(delivery);
    assert_eq!(elements[0].as_text(), Some(READ));
    assert_eq!(custom.as_deref(), Some(READ));
}

/// The same message, with halves in its custom data as well.
fn with_custom_halves(case: Case) -> Case {
    case.replace_in_body("the custom data", HALVES)
}

/// Everything that a chat user can write into a message of this form.
fn hostile(form: ReplyKind) -> [Case; 6] {
    let halves = format!(r#"[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{HALVES}"}}}}]"#);
    [
        message(form, "halves", &halves).handled(assert_text_read_lossily),
        with_custom_halves(message(form, "halves everywhere", &halves))
            .handled(assert_all_read_lossily),
        message(form, "odd", &among_odd()).handled(assert_odd_kept),
        with_custom_halves(message(form, "halves among odd", &among_odd()))
            .handled(|delivery| assert_eq!(elements(delivery).len(), odd().len() + 2)),
        message(form, "relays", &relays()).handled(assert_relayed),
        message(form, "nothing", "[]").handled(|delivery| assert!(elements(delivery).is_empty())),
    ]
}

pub(crate) async fn no_user_disarms_the_moderation_of_a_group(row: &mut Row) {
    row.check_decoding(hostile(ReplyKind::GroupMessage)).await;
}

pub(crate) async fn no_user_disarms_the_moderation_of_a_conversation(row: &mut Row) {
    row.check_decoding(hostile(ReplyKind::C2CMessage)).await;
}

pub(crate) async fn no_user_disarms_the_moderation_of_an_official_account(row: &mut Row) {
    row.check_decoding(hostile(ReplyKind::OfficialAccountMessage))
        .await;
}

pub(crate) async fn elements_are_typed_or_kept_as_they_came(row: &mut Row) {
    const ELEMENTS: &str = r#"[{"MsgContent":{"Text":"first"},"MsgType":"TIMTextElem"}, {"MsgType": "TIMNewElem", "MsgContent": {"B":1,"A":[ 2 ]}},{"MsgType":"TIMRelayElem","MsgContent":{"MsgList":[{"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"inner"}}]}]}}]"#;
    row.check_decoding([
        message(ReplyKind::GroupMessage, "kinds", ELEMENTS).handled(|delivery| {
            let read = elements(delivery);
            assert_eq!(read[0].as_text(), Some("first"));
            assert_eq!(read[1].content(), &Content::Other);
            let inner = forwarded(&read[2]);
            assert_eq!(inner.msg_body[0].as_text(), Some("inner"));
            for element in read {
                let written = serde_json::to_string(&element).expect("it serialises");
                assert!(ELEMENTS.contains(&written), "{written}");
            }
        }),
        message(ReplyKind::GroupMessage, "deep", &relays()).handled(assert_relayed),
    ])
    .await;
}
