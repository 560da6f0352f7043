//! Every fixture decodes, and comes back from the event without loss.
//!
//! A fixture is `tests/fixtures/<Command>.json`, with every documented field; other shapes of the
//! command are `<Command>.<shape>.json`.

use std::{collections::BTreeSet, fs, path::Path};

use serde::Serialize;
use serde_json::Value;
use tower_tencent_webhook::{
    Phase,
    error::DecodeError,
    event::{COMMANDS, Command, Event},
    testing, trtc,
    value::Id,
};

use super::fuzz_corpus::harness::decode::RENAMED;

/// The rows of both tables.
fn rows() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().chain(trtc::EVENTS)
}

/// All fixtures: command, name, content.
fn fixtures() -> Vec<(&'static str, String, &'static str)> {
    rows()
        .flat_map(|row| {
            testing::shapes(row.command)
                .iter()
                .map(move |shape| (row, shape))
        })
        .map(|(row, shape)| {
            (
                row.command,
                format!("{} {}", row.command, shape.name),
                shape.body,
            )
        })
        .collect()
}

/// What comes of reading a body and writing it.
fn written(command: &str, body: &str) -> Result<Value, String> {
    if command.starts_with("TRTC.") {
        round_trip(|body| trtc::Event::decode(command, body), body)
    } else {
        round_trip(|body| Event::decode(command, body), body)
    }
}

fn round_trip<E: Serialize + PartialEq>(
    decode: impl Fn(&[u8]) -> Result<E, DecodeError>,
    body: &str,
) -> Result<Value, String> {
    let event = decode(body.as_bytes()).map_err(|error| error.to_string())?;
    let text = serde_json::to_string(&event).expect("an event serialises");
    if decode(text.as_bytes()) != Ok(event) {
        return Err("decoding again gives another event".to_owned());
    }
    Ok(serde_json::from_str(&text).expect("an event is JSON"))
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
    for (_, from, to) in RENAMED.iter().filter(|(of, ..)| command.starts_with(of)) {
        let (parent, name) = from.rsplit_once('/').expect("a path");
        let moved = fixture
            .pointer_mut(parent)
            .and_then(Value::as_object_mut)
            .and_then(|parent| parent.remove(name));
        if let Some(moved) = moved {
            let names = to.split('/').skip(1);
            *names.fold(&mut fixture, |parent, name| &mut parent[name]) = moved;
        }
    }
    match fixture.pointer_mut("/Events") {
        Some(Value::Array(events)) => events
            .iter_mut()
            .for_each(|event| event["CallbackCommand"] = command.into()),
        _ if command == "ContentCallback.ResultNotify" || command.starts_with("TRTC.") => {}
        _ => fixture["CallbackCommand"] = command.into(),
    }
    fixture
}

/// Where two values differ, if they do. A quoted number or truth value is equal to the bare one,
/// 1 is equal to 1.0; an empty list, and an empty string that means "none", may be left out.
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
        (Value::Number(fixture), Value::Number(written))
            if fixture.as_f64() == written.as_f64() =>
        {
            None
        }
        _ => (fixture != written).then(|| format!("{path} was {fixture} and is {written}")),
    }
}

#[test]
fn every_fixture_is_a_listed_shape_of_a_command() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let files = fs::read_dir(folder).expect("a folder of fixtures");
    let files: BTreeSet<_> = files
        .map(|file| file.expect("a readable folder").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let listed = rows().flat_map(|row| {
        let shapes = testing::shapes(row.command);
        assert!(!shapes.is_empty(), "no fixture {}.json", row.command);
        shapes.iter().map(|shape| match shape.name {
            "full" => format!("{}.json", row.command),
            name => format!("{}.{name}.json", row.command),
        })
    });
    assert_eq!(listed.collect::<BTreeSet<_>>(), files);
}

#[test]
fn no_leaf_of_a_fixture_is_lost() {
    let mut problems = Vec::new();
    for (command, name, body) in fixtures() {
        let difference = match written(command, body) {
            Ok(written) => difference("", &newest(command, body), &written),
            Err(problem) => Some(problem),
        };
        problems.extend(difference.map(|difference| format!("{name}: {difference}")));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn an_event_can_be_read_from_any_deserializer() {
    for (_, name, body) in fixtures()
        .into_iter()
        .filter(|(command, ..)| *command == "Group.CallbackAfterSendMsg")
    {
        let value: Value = serde_json::from_str(body).expect("a fixture is JSON");
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
                .filter(|(of, ..)| of.starts_with(command))
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
fn the_type_of_an_event_decides_and_not_its_group() {
    let body = include_str!("../fixtures/TRTC.103.json").replace("Id\": 1,", "Id\": 2,");
    let event = trtc::Event::decode("TRTC.103", body.as_bytes()).expect("an event");
    let trtc::Event::EnterRoom(event) = event else {
        unreachable!("{event:?}")
    };
    assert_eq!((event.event_group_id, event.event_type), (Some(2), 103));
}

#[test]
fn a_room_whose_id_is_a_number_is_not_the_room_of_the_same_text() {
    let number = include_str!("../fixtures/TRTC.103.json");
    let text = number.replace("730041,", "\"730041\",");
    let ids = [number, &text].map(|body| {
        let event: trtc::room::EnterRoom = serde_json::from_str(body).expect("an event");
        event.event_info.room_id
    });
    assert_eq!(ids[0], Id::Number(730_041));
    assert_eq!(ids[1], Id::Text("730041".to_owned()));
}

#[test]
fn a_field_that_this_release_does_not_know_is_no_reason_to_refuse_an_event() {
    for row in trtc::EVENTS {
        let body = testing::sample_body(row.command).expect("a sample");
        let more = body.replace(
            "\"EventInfo\": {",
            "\"Tide\": [], \"EventInfo\": {\"Tide\": {},",
        );
        assert_eq!(written(row.command, &more), written(row.command, body));
    }
}

#[test]
fn the_table_of_events_has_every_documented_type_once() {
    let types: Vec<u32> = [
        (101, 105),
        (201, 206),
        (301, 312),
        (401, 401),
        (601, 601),
        (701, 702),
        (801, 804),
        (901, 906),
        (908, 909),
        (1001, 1006),
        (1101, 1106),
        (1401, 1404),
    ]
    .into_iter()
    .flat_map(|(first, last)| first..=last)
    .collect();
    let names: Vec<String> = types
        .iter()
        .map(|number| format!("TRTC.{number}"))
        .collect();
    let rows: Vec<&str> = trtc::EVENTS.iter().map(|row| row.command).collect();
    assert_eq!(rows, names);
    for row in trtc::EVENTS {
        assert_eq!(row.phase(), Phase::After);
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
        assert!(!row.name_zh.is_ascii(), "{}", row.command);
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

/// Lists without which an event means nothing.
const REQUIRED_LISTS: &[&str] = &[
    "Bot.OnC2CMessage/MsgBody",
    "Bot.OnGroupMessage/MsgBody",
    "C2C.CallbackAfterC2CMsgExtension/ExtensionList",
    "C2C.CallbackAfterModifyMsg/MsgBody",
    "C2C.CallbackAfterSendMsg/MsgBody",
    "C2C.CallbackBeforeSendMsg/MsgBody",
    "Call.CallbackAfterMemberChanged/ChangedUserList",
    "Call.CallbackAfterStartCall/UserList",
    "Follow.CallbackAfterFollowAdd/FollowList",
    "Follow.CallbackAfterFollowDelete/To_Account",
    "Group.CallbackAfterGroupMsgExtension/ExtensionList",
    "Group.CallbackAfterMemberExit/ExitMemberList",
    "Group.CallbackAfterModifyMsg/MsgBody",
    "Group.CallbackAfterNewMemberJoin/NewMemberList",
    "Group.CallbackAfterReadReceipt/GroupMsgReceiptList",
    "Group.CallbackAfterRecallMsg/MsgSeqList",
    "Group.CallbackAfterSendMsg/MsgBody",
    "Group.CallbackAfterTopicDestroyed/TopicIdList",
    "Group.CallbackBeforeInviteJoinGroup/DestinationMembers",
    "Group.CallbackBeforeSendMsg/MsgBody",
    "Group.CallbackOnMemberStateChange/MemberList",
    "Group.CallbackSendMsgException/MsgBody",
    "Live.CallbackAfterCreateBattle/ToRoomIdList",
    "Live.CallbackAfterDelMetadata/Keys",
    "Live.CallbackAfterMemberStateChanged/MemberList",
    "Live.CallbackAfterModifyAdmin/Admin_Account",
    "Live.CallbackBeforeSendGift/GiftWater/To_Account",
    "Mic.CallbackAfterSeatInfoChanged/SeatList",
    "OfficialAccount.CallbackAfterAddSubscriber/SubscribeAccountList",
    "OfficialAccount.CallbackAfterDeleteSubscriber/SubscribeAccountList",
    "OfficialAccount.CallbackAfterMsgWithDraw/WithdrawMsgList",
    "OfficialAccount.CallbackAfterSendMsg/MsgBody",
    "OfficialAccount.CallbackBeforeAddSubscriber/SubscribeAccountList",
    "OfficialAccount.CallbackBeforeSendMsg/MsgBody",
    "Profile.CallbackPortraitSet/ProfileItem",
    "Push.AllMemberPush/Events",
    "Push.OfflinePush/Events",
    "Room.CallbackAfterMemberEnter/MemberList_Account",
    "Room.CallbackAfterMemberLeave/MemberList_Account",
    "Sns.CallbackBlackListAdd/PairList",
    "Sns.CallbackBlackListDelete/PairList",
    "Sns.CallbackFriendAdd/PairList",
    "Sns.CallbackFriendDelete/PairList",
    "Sns.CallbackPrevFriendAdd/FriendItem",
    "Sns.CallbackPrevFriendResponse/ResponseFriendItem",
];

/// Every list of every fixture may be null, and then is empty, unless it has to be there.
#[test]
fn a_list_may_be_null() {
    fn lists(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Array(items) => {
                found.push(path.to_owned());
                if let Some(first) = items.first() {
                    lists(first, &format!("{path}/0"), found);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    lists(member, &format!("{path}/{name}"), found);
                }
            }
            _ => {}
        }
    }

    let mut required = BTreeSet::new();
    for (command, name, body) in fixtures() {
        let sample: Value = serde_json::from_str(body).expect("JSON");
        let mut found = Vec::new();
        lists(&sample, "", &mut found);
        for path in found {
            let mut changed = sample.clone();
            *changed.pointer_mut(&path).expect("a list") = Value::Null;
            if written(command, &changed.to_string()).is_err() {
                let path = path.replace("/0", "[]");
                required.insert(format!("{command}{path}"));
            }
            assert!(!name.is_empty());
        }
    }
    let wanted: BTreeSet<String> = REQUIRED_LISTS
        .iter()
        .map(|list| (*list).to_owned())
        .collect();
    assert_eq!(required, wanted);
}
