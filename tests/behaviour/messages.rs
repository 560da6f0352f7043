//! Messages: nothing a chat user can write makes an event undecodable, and nothing is lost.

use serde_json::json;
use tower_tencent_webhook::{
    event::{COMMANDS, Event, Payload, group},
    message::{Content, Element},
    reply::ReplyKind,
    testing,
};

/// The commands that ask before a message is delivered.
fn before_message_commands() -> impl Iterator<Item = &'static str> {
    let forms = [
        ReplyKind::GroupMessage,
        ReplyKind::C2CMessage,
        ReplyKind::OfficialAccountMessage,
    ];
    COMMANDS
        .iter()
        .filter(move |row| forms.contains(&row.reply_kind))
        .map(|row| row.command)
}

/// The sample of a command with another message in it, as JSON text.
fn with_message(command: &str, elements: &str) -> String {
    let sample = testing::sample_body(command).expect("a sample");
    let mut body: serde_json::Value = serde_json::from_str(sample).expect("a sample is JSON");
    body["MsgBody"] = json!("the elements");
    body.to_string().replace("\"the elements\"", elements)
}

fn elements(command: &str, elements: &str) -> Vec<Element> {
    let body = with_message(command, elements);
    let event =
        <Event as Payload>::decode(command, body.as_bytes()).expect("an event is always made");
    match event {
        Event::GroupBeforeSendMsg(event) => event.msg_body,
        Event::C2CBeforeSendMsg(event) => event.msg_body,
        Event::OfficialAccountBeforeSendMsg(event) => event.msg_body,
        other => unreachable!("{command}: {other:?}"),
    }
}

#[test]
fn lone_surrogates_are_read_as_replacement_characters() {
    for command in before_message_commands() {
        let read = elements(
            command,
            r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":"a\ud83db\udc00"}}]"#,
        );
        assert_eq!(read[0].as_text(), Some("a\u{fffd}b\u{fffd}"), "{command}");
        assert!(
            read[0].as_json().contains(r"a\ud83db\udc00"),
            "{command}: given back as it came"
        );
    }
}

#[test]
fn what_does_not_fit_stays_raw() {
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let odd = [
        r#"{"MsgType":"TIMNewElem","MsgContent":{"A":[1,{"B":null}]}}"#.to_owned(),
        r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":5}}"#.to_owned(),
        r#"{"MsgType":"TIMTextElem","MsgContent":["hi"]}"#.to_owned(),
        r#"{"MsgType":"TIMTextElem"}"#.to_owned(),
        r#"{"MsgType":7,"MsgContent":{}}"#.to_owned(),
        r#"{"MsgType":"TIMTextElem","MsgType":"TIMTextElem","MsgContent":{"Text":1}}"#.to_owned(),
        r#"{"MsgType":"TIMFaceElem","MsgContent":{"Index":1e400}}"#.to_owned(),
        format!(
            r#"{{"MsgType":"TIMSoundElem","MsgContent":{{"Size":{}}}}}"#,
            "9".repeat(10_000)
        ),
        format!(r#"{{"MsgType":"TIMCustomElem","MsgContent":{{"Data":{deep}}}}}"#),
        "[]".to_owned(),
        "5".to_owned(),
        "null".to_owned(),
        r#""text""#.to_owned(),
    ];
    for command in before_message_commands() {
        let read = elements(command, &format!("[{}]", odd.join(",")));
        assert_eq!(read.len(), odd.len());
        for (element, json) in read.iter().zip(&odd) {
            assert_eq!(element.content(), &Content::Other, "{json:.80}");
            assert_eq!(element.as_json(), json);
            let written = serde_json::to_string(element).expect("an element serialises");
            assert_eq!(&written, json, "given back unchanged");
        }
    }
}

#[test]
fn an_element_that_says_twice_what_it_is_is_not_understood() {
    for json in [
        r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"a"},"MsgContent":{"Text":"b"}}"#,
        r#"{"MsgContent":{"Text":"a"},"MsgContent":{"Text":"b"},"MsgType":"TIMTextElem"}"#,
        r#"{"MsgType":"TIMFaceElem","MsgContent":{"Text":"a"},"MsgType":"TIMTextElem"}"#,
    ] {
        let element = Element::from_json(json).expect("JSON");
        assert_eq!(element.content(), &Content::Other, "{json}");
        assert_eq!(element.as_json(), json);
    }
}

/// The content of an element of this kind.
fn content(msg_type: &str, content: &str) -> Content {
    let json = format!(r#"{{"MsgType":"{msg_type}","MsgContent":{content}}}"#);
    let element = Element::from_json(&json).expect("JSON");
    assert_eq!(element.as_json(), json);
    element.content().clone()
}

#[test]
fn one_odd_member_does_not_hide_the_others() {
    for (latitude, read) in [
        ("29.5", Some(29.5)),
        ("29", Some(29.0)),
        ("\"29.5\"", Some(29.5)),
        ("\"\"", None),
        ("null", None),
        ("1e400", None),
        ("\"inf\"", None),
        ("{}", None),
    ] {
        let location =
            format!(r#"{{"Desc":"a \ud83d park","Latitude":{latitude},"Longitude":-1}}"#);
        let Content::Location(location) = content("TIMLocationElem", &location) else {
            unreachable!("{latitude}")
        };
        assert_eq!(
            location.desc.as_deref(),
            Some("a \u{fffd} park"),
            "{latitude}"
        );
        assert_eq!((location.latitude, location.longitude), (read, Some(-1.0)));
    }
    for odd in ["-1", "1.5", "1e400", "[]", "true"] {
        let file = format!(r#"{{"FileName":"a.exe","FileSize":{odd},"UUID":"u"}}"#);
        let Content::File(file) = content("TIMFileElem", &file) else {
            unreachable!("{odd}")
        };
        assert_eq!(file.file_name.as_deref(), Some("a.exe"), "{odd}");
        assert_eq!((file.file_size, file.uuid.as_deref()), (None, Some("u")));
    }
    let Content::Image(image) = content(
        "TIMImageElem",
        r#"{"ImageInfoArray":[{"URL":"a","Size":-1},7,{"URL":"b","Size":2}],"ImageFormat":"x"}"#,
    ) else {
        unreachable!("an image")
    };
    let urls: Vec<_> = image
        .image_info_array
        .iter()
        .map(|size| size.url.as_deref())
        .collect();
    assert_eq!(urls, [Some("a"), Some("b")]);
    for list in ["null", "[5]", "{}", "[\"a\",null]"] {
        let relay = format!(r#"{{"Title":"t","MsgNum":-1,"AbstractList":{list},"MsgList":[]}}"#);
        let Content::Relay(relay) = content("TIMRelayElem", &relay) else {
            unreachable!("{list}")
        };
        assert_eq!(
            (relay.title.as_deref(), relay.msg_num),
            (Some("t"), None),
            "{list}"
        );
    }
}

#[test]
fn the_newer_spelling_of_a_file_name_wins() {
    let Content::File(file) = content("TIMFileElem", r#"{"fileName":"old","FileName":"new"}"#)
    else {
        unreachable!("a file")
    };
    assert_eq!(file.file_name.as_deref(), Some("new"));
}

#[test]
fn one_odd_forwarded_message_does_not_hide_the_others() {
    let Content::Relay(relay) = content(
        "TIMRelayElem",
        r#"{"MsgList":[
            {"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"first"}}],"MsgSeq":-1},
            5,
            {"From_Account":"a\ud83d","MsgBody":{}},
            {"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"last"}}]}
        ]}"#,
    ) else {
        unreachable!("a relay")
    };
    let messages = relay.messages().expect("those that can be read");
    let texts: Vec<_> = messages
        .iter()
        .flat_map(|message| &message.msg_body)
        .map(Element::as_text)
        .collect();
    assert_eq!(texts, [Some("first"), Some("last")]);
    assert_eq!(messages[1].from_account.as_deref(), Some("a\u{fffd}"));
}

#[test]
fn forwarded_messages_are_decoded_level_by_level_on_request() {
    const DEPTH: usize = 5000;
    let open = r#"{"MsgType":"TIMRelayElem","MsgContent":{"Title":"t","MsgList":[{"From_Account":"a","MsgBody":["#;
    let innermost = r#"{"MsgContent":{"Text":"deep"},"MsgType":"TIMTextElem"}"#;
    let nested = format!("{}{innermost}{}", open.repeat(DEPTH), "]}]}}".repeat(DEPTH));
    for command in before_message_commands() {
        let read = elements(command, &format!("[{nested}]"));
        let Content::Relay(relay) = read[0].content() else {
            panic!("{command}")
        };
        let inner = relay.messages().expect("the first level");
        assert_eq!(inner[0].from_account.as_deref(), Some("a"));
        assert!(matches!(inner[0].msg_body[0].content(), Content::Relay(_)));
    }
}

#[test]
fn forwarded_messages_of_another_shape_are_an_error_of_their_own() {
    let element = Element::from_json(
        r#"{"MsgType":"TIMRelayElem","MsgContent":{"MsgList":[{"MsgBody":5}]}}"#,
    );
    let Content::Relay(relay) = element.expect("JSON").content().clone() else {
        panic!()
    };
    assert!(relay.messages().is_err());
}

#[test]
fn every_documented_element_is_understood_and_given_back_byte_for_byte() {
    let documented = [
        r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}"#,
        r#"{"MsgContent":{"Desc":"a park","Latitude":29.340656774469956,"Longitude":116},"MsgType":"TIMLocationElem"}"#,
        r#"{"MsgType":"TIMFaceElem","MsgContent":{"Index":6,"Data":"abc"}}"#,
        r#"{"MsgType":"TIMCustomElem","MsgContent":{"Data":"{}","Desc":"d","Ext":"","Sound":"s.caf"}}"#,
        r#"{"MsgType":"TIMSoundElem","MsgContent":{"Url":"https://e.invalid/1","UUID":"1","Size":62351,"Second":1,"Download_Flag":2}}"#,
        r#"{"MsgType":"TIMSoundElem","MsgContent":{"UUID":"1","Size":62351,"Second":1}}"#,
        r#"{"MsgType":"TIMImageElem","MsgContent":{"UUID":"2","ImageFormat":1,"ImageInfoArray":[{"Type":1,"Size":1853095,"Width":2448,"Height":3264,"URL":"https://e.invalid/2"},{"Type":3,"Size":1,"Width":0,"Height":0,"URL":"https://e.invalid/3"}]}}"#,
        r#"{"MsgType":"TIMFileElem","MsgContent":{"Url":"https://e.invalid/4","UUID":"4","FileSize":4294967296,"FileName":"file:///a.txt","Download_Flag":2}}"#,
        r#"{"MsgType":"TIMFileElem","MsgContent":{"UUID":"4","FileSize":1,"fileName":"a.txt"}}"#,
        r#"{"MsgType":"TIMVideoFileElem","MsgContent":{"VideoUrl":"https://e.invalid/5","VideoUUID":"5","VideoSize":1,"VideoSecond":0,"VideoFormat":"mp4","VideoDownloadFlag":2,"ThumbUrl":"https://e.invalid/6","ThumbUUID":"6","ThumbSize":1,"ThumbWidth":720,"ThumbHeight":1280,"ThumbFormat":"JPG","ThumbDownloadFlag":2}}"#,
        r#"{"MsgType":"TIMRelayElem","MsgContent":{"Title":"chat","MsgNum":2,"CompatibleText":"update","AbstractList":["a: hi"],"JsonMsgKey":"k"}}"#,
        r#"{"MsgType":"TIMStreamElem","MsgContent":{"Chunks":[{"EventType":"data","Index":1,"Markdown":"*hi*","IsLast":false}],"CompatibleText":"hi"}}"#,
        r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi","NewField":1},"NewSibling":2}"#,
    ];
    for json in documented {
        let element = Element::from_json(json).expect("JSON");
        assert_ne!(element.content(), &Content::Other, "{json}");
        assert_eq!(serde_json::to_string(&element).expect("serialises"), json);
    }
}

#[test]
fn elements_that_are_built_read_back_as_they_were_built() {
    let built = [
        Element::text("hi \"there\""),
        Element::custom("{\"a\":1}"),
        Element::location("a park", 29.25, 116.0),
        Element::face(6, "abc"),
    ];
    for element in built {
        let read = Element::from_json(element.as_json()).expect("JSON");
        assert_eq!(read, element);
        assert_ne!(read.content(), &Content::Other);
    }
    assert_eq!(
        Element::text("hi").as_json(),
        r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}"#
    );
}

#[test]
fn custom_data_may_hold_anything() {
    let body = with_message("Group.CallbackBeforeSendMsg", "[]")
        .replace("thread 7", r"\udead\u0000\u2028");
    let event: group::BeforeSendMsg =
        <group::BeforeSendMsg as Payload>::decode("", body.as_bytes()).expect("decodes");
    assert_eq!(
        event.cloud_custom_data.as_deref(),
        Some("\u{fffd}\0\u{2028}")
    );
}
