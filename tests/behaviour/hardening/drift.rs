//! Part G, as far as the shape of a body decides: what is odd must not hide what is not.

use serde_json::Value;
use tower::service_fn;
use tower_tencent_webhook::{
    Delivery, FailureAnswer,
    event::{Event, Payload},
    message::{Content, Element},
    outcome::FailureKind,
    reply::Reply,
    testing,
};

use super::{
    case::{Case, Row},
    json::target,
    slow::Slow,
};
use crate::support::AFTER;

/// The accounts that an answer refuses.
fn refused(answer: &str) -> Vec<String> {
    let answer: Value = serde_json::from_str(answer).expect("JSON");
    let items = answer["ResultItem"].as_array().expect("results");
    let refused = items.iter().filter(|item| item["ResultCode"] != 0);
    refused
        .map(|item| item["To_Account"].as_str().expect("an account").to_owned())
        .collect()
}

pub(crate) async fn all_accounts_of_a_friend_request_are_refused(row: &mut Row) {
    let ways = row.ways();
    for (items, accounts) in [
        (
            r#"[{"To_Account":"a","AddWording":"\ud83d"},{"To_Account":5}]"#,
            &["a", "5"][..],
        ),
        (
            r#"[{"To_Account":"a\ud83d"},{"To_Account":"b"}]"#,
            &["a\u{fffd}", "b"],
        ),
        (r#"[{"To_Account":{}},{"To_Account":"b"},7]"#, &["b"]),
    ] {
        for (command, list) in [
            ("Sns.CallbackPrevFriendAdd", "FriendItem"),
            ("Sns.CallbackPrevFriendResponse", "ResponseFriendItem"),
        ] {
            let body = format!(r#"{{"From_Account":"c","{list}":{items}}}"#);
            for &way in &ways {
                let handler = service_fn(async |_: Delivery| Err::<Reply, _>("no"));
                let slow = Slow::answering(FailureAnswer::Refuse, handler);
                let answer = slow.sent(way, command, &body).await;
                assert_eq!(refused(answer.text()), accounts, "{way:?}: {body}");
            }
        }
    }
}

pub(crate) async fn a_body_that_fails_deep_inside_is_told_where(row: &mut Row) {
    const DEPTH: usize = 100_000;
    let deep = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    let field = |body: &str| {
        let decoded = <Event as Payload>::decode(AFTER, body.as_bytes());
        let error = decoded.expect_err("it cannot be decoded");
        error.field().map(str::to_owned)
    };
    let behind = format!(r#"{{"Own":{deep},"GroupId":5}}"#);
    assert_eq!(field(&behind).as_deref(), Some("GroupId"));
    // What it costs is measured in `resources`.
    let inside = format!(r#"{{"MsgSeq":{deep},"GroupId":"g"}}"#);
    assert!(field(&inside).is_some_and(|field| field.starts_with("MsgSeq") && field.len() < 200));
    row.check_decoding([behind, inside].map(|body| {
        Case::new("deep", target(AFTER))
            .limit(1 << 20)
            .whole(body)
            .failed(FailureKind::Undecodable)
    }))
    .await;
}

fn event(delivery: &Delivery) -> Event {
    <Event as Payload>::decode(delivery.command(), delivery.body()).expect("an event")
}

pub(crate) async fn null_lists_and_two_spellings_are_accepted(row: &mut Row) {
    const CREATE: &str = "Group.CallbackBeforeCreateGroup";
    let create = |name: &str, members: &str| {
        let body = format!(r#"{{"Type":"Public"{members}}}"#);
        Case::new(name, target(CREATE))
            .whole(body)
            .handled(|delivery| match event(delivery) {
                Event::GroupBeforeCreateGroup(event) => {
                    assert!(event.member_list.is_empty());
                    let created = event.create_group_num;
                    let created = serde_json::to_value(created).expect("it serialises");
                    assert!(created.is_null() || created == 3, "{created}");
                }
                other => unreachable!("{other:?}"),
            })
    };
    let renamed = |command: &str, newer: &str, older: &str| {
        let sample = testing::sample_body(command).expect("a sample");
        let both = format!(r#"{{"{older}":"older","{newer}":"newer","#);
        let name = format!("\"{newer}\"");
        assert!(sample.contains(&name), "{command}");
        let rest = sample.replace(&name, "\"Own\"").replacen('{', "", 1);
        Case::new(format!("{command}: {newer}"), target(command))
            .whole(format!("{both}{rest}"))
            .handled(|delivery| {
                let event = serde_json::to_string(&event(delivery)).expect("it serialises");
                assert!(
                    event.contains("\"newer\"") && !event.contains("\"older\""),
                    "{event}"
                );
            })
    };
    row.check_decoding([
        create("no list", ""),
        create("null", r#","MemberList":null"#),
        create("empty", r#","MemberList":[]"#),
        create(
            "two spellings",
            r#","CreatedNum":1,"CreateGroupNum":3,"CreatedGroupNum":2"#,
        ),
        create("the older ones", r#","CreatedNum":1,"CreatedGroupNum":3"#),
        renamed("Group.CallbackAfterCreateGroup", "GroupId", "groupID"),
        renamed(
            "Group.CallbackAfterMemberFieldChanged",
            "Member_Account",
            "Modified_Account",
        ),
        Case::new("a null list", target(AFTER))
            .replace_in_body("\"MsgBody\":[]", r#""MsgBody":[],"GroupAtInfo":null"#),
    ])
    .await;
}

/// The one element of a group message.
fn element(delivery: &Delivery) -> Element {
    match event(delivery) {
        Event::GroupAfterSendMsg(mut event) => event.msg_body.remove(0),
        other => unreachable!("{other:?}"),
    }
}

pub(crate) async fn an_odd_member_of_an_element_hides_nothing_else(row: &mut Row) {
    let with = |msg_type: &str, content: &str| {
        let element = format!(r#"[{{"MsgType":"{msg_type}","MsgContent":{content}}}]"#);
        Case::new(content, target(AFTER)).replace_in_body("[]", &element)
    };
    let mut cases = Vec::new();
    for odd in ["\"1.5\"", "null", "{}", "1e400"] {
        let content = format!(r#"{{"Latitude":{odd},"Desc":"a park"}}"#);
        cases.push(with("TIMLocationElem", &content).handled(|delivery| {
            match element(delivery).content() {
                Content::Location(place) => assert_eq!(place.desc.as_deref(), Some("a park")),
                other => unreachable!("{other:?}"),
            }
        }));
    }
    cases.push(
        with("TIMFileElem", r#"{"FileSize":-1,"FileName":"a.exe"}"#).handled(|delivery| {
            match element(delivery).content() {
                Content::File(file) => assert_eq!(file.file_name.as_deref(), Some("a.exe")),
                other => unreachable!("{other:?}"),
            }
        }),
    );
    let relay = r#"{"Title":"t","MsgNum":-1,"AbstractList":null,"MsgList":[{"MsgSeq":-1,"MsgBody":[]},5,{"MsgSeq":7}]}"#;
    cases.push(with("TIMRelayElem", relay).handled(|delivery| {
        let Content::Relay(relay) = element(delivery).content().clone() else {
            unreachable!("a relay")
        };
        assert_eq!(relay.title.as_deref(), Some("t"));
        let messages = relay.messages().expect("those that read");
        let seqs: Vec<_> = messages.iter().map(|message| message.msg_seq).collect();
        assert_eq!(seqs, [None, Some(7)]);
    }));
    row.check_decoding(cases).await;
}
