//! Part D: the JSON of the body, for `Handlers` and for a service of typed events.

use bytes::Bytes;
use serde::Deserialize;
use tower::{Layer, service_fn};
use tower_tencent_webhook::{
    Delivery, WebhookLayer,
    event::{COMMANDS, Webhook},
    outcome::FailureKind,
    reply::Ack,
    testing,
};

use super::{
    case::{Case, Row},
    site::{Site, Web, web},
};
use crate::support::{AFTER, MESSAGE, OPEN_APP, UNKNOWN, open_apps, probe};

pub(crate) fn target(command: &str) -> String {
    format!("/?SdkAppid={OPEN_APP}&CallbackCommand={command}")
}

/// A group message with these members besides the ones it has to have, or in place of one.
fn message(members: &str) -> String {
    MESSAGE.replacen('{', &format!("{{{members},"), 1)
}

fn case(name: &str, body: impl Into<Bytes>) -> Case {
    Case::new(name, target(AFTER))
        .limit(1 << 20)
        .whole(body.into())
}

fn undecodable(name: &str, body: impl Into<Bytes>) -> Case {
    case(name, body).failed(FailureKind::Undecodable)
}

fn utf16(to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = format!("\u{feff}{MESSAGE}");
    text.encode_utf16().flat_map(to_bytes).collect()
}

fn nested(depth: usize) -> String {
    format!("{}1{}", "[".repeat(depth), "]".repeat(depth))
}

pub(crate) async fn text_that_is_no_plain_json_is_undecodable(row: &mut Row) {
    let digits = "9".repeat(100_000);
    row.check_decoding([
        undecodable("BOM", format!("\u{feff}{MESSAGE}")),
        undecodable("UTF-16, little", utf16(u16::to_le_bytes)),
        undecodable("UTF-16, big", utf16(u16::to_be_bytes)),
        undecodable("no UTF-8", b"{\"GroupId\":\"\xff\"}".as_slice()),
        undecodable("trailing text", format!("{MESSAGE} x")),
        undecodable("two values", format!("{MESSAGE}{MESSAGE}")),
        undecodable("trailing comma", MESSAGE.replace(']', "],")),
        undecodable("NaN", message(r#""MsgSeq":NaN"#)),
        undecodable("infinite", message(r#""MsgSeq":-Infinity"#)),
        undecodable("a huge exponent", message(r#""MsgSeq":1e400"#)),
        undecodable("100,000 digits", message(&format!(r#""MsgSeq":{digits}"#))),
        undecodable(
            "100,000 quoted digits",
            message(&format!(r#""MsgSeq":"{digits}""#)),
        ),
        undecodable("a number never ends", format!(r#"{{"MsgSeq":{digits}"#)),
        undecodable("deep", message(&format!(r#""MsgSeq":{}"#, nested(128)))),
        undecodable(
            "deeper",
            message(&format!(r#""MsgSeq":{}"#, nested(100_000))),
        ),
        undecodable(
            "deep in a list",
            message(&format!(r#""GroupAtInfo":[{}]"#, nested(128))),
        ),
        undecodable("deep and open", "[".repeat(100_000)),
        undecodable("objects, deep and open", "{\"a\":".repeat(100_000)),
        undecodable("unfinished escape", message(r#""MsgId":"\ud83"#)),
        case(
            "deep where nothing is read",
            message(&format!(r#""Own":{}"#, nested(5000))),
        ),
        case(
            "huge where nothing is read",
            message(&format!(r#""Own":[1e400,{digits}]"#)),
        ),
    ])
    .await;
    row.check([
        undecodable(
            "deep in an own event",
            message(&format!(r#""Tree":{}"#, nested(128))),
        )
        .stack(own_event),
        case(
            "not deep in it",
            message(&format!(r#""Tree":{}"#, nested(100))),
        )
        .stack(own_event),
    ])
    .await;
}

/// An event of a user that reads JSON of any depth.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Own {
    #[allow(dead_code, reason = "to be read is all it has to do")]
    tree: serde_json::Value,
}

impl Webhook for Own {
    const COMMAND: &'static str = AFTER;
    type Reply = Ack;
}

fn own_event(site: &Site) -> Web {
    let recorder = site.recorder.clone();
    let handler = service_fn(move |delivery: Delivery<Own>| {
        recorder.keep(delivery);
        async { Ok::<_, std::convert::Infallible>(Ack) }
    });
    let log: probe::Log<_> = site.outcomes.clone();
    let layer = WebhookLayer::new(open_apps(), handler).on_outcome(move |end| log.push(*end));
    web(layer.layer(site.app.clone()))
}

pub(crate) async fn a_top_level_that_is_no_object_is_undecodable(row: &mut Row) {
    let event: serde_json::Value = serde_json::from_str(MESSAGE).expect("JSON");
    let by_position: Vec<_> = event.as_object().expect("an object").values().collect();
    let by_position = serde_json::to_string(&by_position).expect("JSON");
    row.check_decoding([
        undecodable("[]", "[]"),
        undecodable("null", "null"),
        undecodable("5", "5"),
        undecodable("text", r#""x""#),
        undecodable("true", "true"),
        case("white space", " \t\r\n").probed(true),
        undecodable("an object in a list", format!("[{MESSAGE}]")),
        undecodable(
            "by position",
            r#"["g","Live","mei",null,1,"id",1,1,0,"",[]]"#,
        ),
        undecodable("all values", by_position),
        undecodable(
            "objects by position",
            message(r#""GroupAtInfo":[[1,"ren"]]"#),
        ),
    ])
    .await;
}

pub(crate) async fn a_key_that_is_read_twice_is_undecodable(row: &mut Row) {
    row.check_decoding([
        undecodable("twice", message(r#""GroupId":"g""#)),
        undecodable("escaped", message(r#""Gro\u0075pId":"g""#)),
        undecodable("all escaped", message(r#""\u0054ype":"Live""#)),
        undecodable("null first", message(r#""MsgSeq":null,"MsgSeq":1"#)),
        undecodable(
            "the command",
            message(&format!(
                r#""CallbackCommand":"{AFTER}","CallbackCommand":"{AFTER}""#
            )),
        ),
        undecodable(
            "inside",
            message(r#""GroupAtInfo":[{"GroupAtAllFlag":1,"GroupAtAllFlag":1}]"#),
        ),
        case("not read", message(r#""Own":1,"Own":2,"\u004fwn":3"#)),
        case("of another case", message(r#""groupid":"x""#)),
    ])
    .await;
}

pub(crate) async fn a_body_of_another_command_is_undecodable(row: &mut Row) {
    let naming = |command: &str| message(&format!(r#""CallbackCommand":"{command}""#));
    row.check_decoding([
        case("the same", naming(AFTER)),
        case("escaped", naming(&AFTER.replace('G', r"\u0047"))),
        case("absent", MESSAGE),
        undecodable("its before-webhook", naming("Group.CallbackBeforeSendMsg")),
        undecodable("of another case", naming(&AFTER.to_lowercase())),
        undecodable("empty", naming("")),
        undecodable("unknown", naming(UNKNOWN)),
        undecodable("a number", message(r#""CallbackCommand":5"#)),
        undecodable("null", message(r#""CallbackCommand":null"#)),
        // Nothing is known of the command, so nothing is read.
        Case::new("unknown in the URL", target(UNKNOWN)).whole(naming(AFTER)),
    ])
    .await;
    // The documented aliases: two commands that have two names, two whose bodies name each other.
    let at = |url, command, named: &str| {
        let sample = testing::sample_body(command).expect("a sample");
        Case::new(format!("{command} named {named} at {url}"), target(url))
            .limit(1 << 20)
            .stack(Site::typed)
            .whole(sample.replace(&format!("\"{command}\""), &format!("\"{named}\"")))
    };
    let of = |command, named: &str| at(command, command, named);
    let aliases = COMMANDS.iter().flat_map(|row| {
        let each = row.aliases.iter();
        each.flat_map(|alias| [of(row.command, alias), at(alias, row.command, alias)])
    });
    let (set, deleted) = (
        "Live.CallbackAfterSetMetadata",
        "Live.CallbackAfterDelMetadata",
    );
    row.check(aliases.chain([of(set, deleted), of(deleted, set)]))
        .await;
    row.check([of(set, AFTER).failed(FailureKind::Undecodable)])
        .await;
}

pub(crate) async fn only_documented_leniencies_hold(row: &mut Row) {
    let with = |from: &str, to: &str| MESSAGE.replace(from, to);
    row.check_decoding([
        case("a quoted number", message(r#""MsgSeq":"7","Random":"7""#)),
        case("null where it may be absent", message(r#""MsgSeq":null"#)),
        case("an empty number", message(r#""MsgSeq":"""#)),
        case("an id as a number", with(r#""mei""#, "14000")),
        case("an unknown word", with("Live", "Submarine")),
        undecodable("a fraction", message(r#""MsgSeq":1.5"#)),
        undecodable("a negative number", message(r#""MsgSeq":-1"#)),
        undecodable("over 64 bits", message(r#""MsgSeq":18446744073709551616"#)),
        undecodable("over 32 bits", message(r#""Random":4294967296"#)),
        undecodable("a number in words", message(r#""MsgSeq":"seven""#)),
        undecodable("a number in spaces", message(r#""MsgSeq":" 7""#)),
        undecodable("a number with a plus", message(r#""MsgSeq":"+7""#)),
        undecodable("a truth value", message(r#""MsgSeq":true"#)),
        undecodable("an object", message(r#""MsgSeq":{}"#)),
        undecodable("text for a list", message(r#""GroupAtInfo":"all""#)),
        undecodable("an object for a list", message(r#""GroupAtInfo":{}"#)),
        undecodable("text for an object", message(r#""GroupAtInfo":["all"]"#)),
        undecodable("a number for text", with(r#""g""#, "5")),
        undecodable("null for text", with(r#""g""#, "null")),
        undecodable("an object for an id", with(r#""mei""#, "{}")),
        undecodable("a list for an id", with(r#""mei""#, "[]")),
        undecodable("a number for a word", with(r#""Live""#, "5")),
        undecodable("no group", with(r#""GroupId":"g","#, "")),
        undecodable("no elements", with(r#","MsgBody":[]"#, "")),
        undecodable("text for elements", with("[]", r#""hi""#)),
        undecodable("an object for elements", with("[]", "{}")),
    ])
    .await;
}

pub(crate) async fn a_million_of_anything_is_read(row: &mut Row) {
    const MILLION: usize = 1_000_000;
    let of = |item: &str| format!("{item},").repeat(MILLION);
    let large = |name, body: String| Case::new(name, target(AFTER)).limit(64 << 20).whole(body);
    // What it costs is measured in `tests/resources/`.
    row.check([
        large("keys", message(of(r#""Own":1"#).trim_end_matches(','))),
        large(
            "elements",
            MESSAGE.replace("[]", &format!("[{}]", of("5").trim_end_matches(','))),
        )
        .stack(Site::typed),
    ])
    .await;
}
