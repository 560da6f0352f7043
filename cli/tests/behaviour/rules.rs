//! Rules: what they answer, and which commands they fit.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tower_tencent_webhook::testing;

use crate::support::{AFTER, BEFORE, Listen, MESSAGE, OK, soon};

const FRIENDS: &str = "Sns.CallbackPrevFriendAdd";

/// The name of the cause, by which the page finds its words.
async fn cause(listen: &Listen, command: &str, rule: &Value) -> String {
    let path = format!("/rules/{command}");
    let refused = listen.api(Method::PUT, &path, &rule.to_string()).await;
    let cause = refused.headers["x-cause"].to_str().expect("a name");
    cause.to_owned()
}

async fn put(listen: &Listen, command: &str, rule: &Value) -> StatusCode {
    let path = format!("/rules/{command}");
    listen
        .api(Method::PUT, &path, &rule.to_string())
        .await
        .status
}

#[tokio::test]
async fn each_rule_answers_until_it_is_removed() {
    let listen = Listen::start(&["--app", "7"]).await;
    for (command, rule, status, answer, effect) in [
        (BEFORE, json!({"do": "allow"}), 200, OK.to_owned(), "delivered"),
        (BEFORE, json!({"do": "refuse"}), 200, OK.replace('0', "1"), "refused"),
        (
            BEFORE,
            json!({"do": "refuse", "code": 10_150, "text": "no"}),
            200,
            r#"{"ActionStatus":"OK","ErrorInfo":"no","ErrorCode":10150}"#.to_owned(),
            "refused",
        ),
        (BEFORE, json!({"do": "drop"}), 200, OK.replace('0', "2"), "dropped"),
        (
            BEFORE,
            json!({"do": "rewrite", "text": "hi"}),
            200,
            r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}"#.to_owned(),
            "rewritten",
        ),
        (BEFORE, json!({"do": "http-error", "status": 503}), 503, "answered by a rule\n".to_owned(), "passed_unchecked"),
        (AFTER, json!({"do": "http-error"}), 500, "answered by a rule\n".to_owned(), "not_delivered"),
        (AFTER, json!({"do": "delay", "ms": 5}), 200, OK.to_owned(), "acknowledged"),
        ("New.One", json!({"do": "allow"}), 200, OK.to_owned(), "acknowledged"),
    ] {
        assert_eq!(put(&listen, command, &rule).await, StatusCode::NO_CONTENT, "{rule}");
        assert_eq!(listen.read(&format!("/rules/{command}")).await, rule);
        assert_eq!(listen.read("/rules").await[command], rule);
        let answered = listen.deliver(7, command, MESSAGE).await;
        assert_eq!((answered.status.as_u16(), answered.body), (status, answer.clone()));
        let row = listen.newest().await;
        assert_eq!((&row["reason"], &row["end"]), (&json!("rule"), &json!("answered")));
        let detail = listen.read(&format!("/deliveries/{}", row["id"])).await;
        assert_eq!(detail["effect"]["kind"], effect, "{rule}");
        assert_eq!(detail["effect"]["text"], rule["text"], "{rule}");
        assert_eq!(detail["reply"], json!({"status": status, "body": answer}));

        let path = format!("/rules/{command}");
        for _ in 0..2 {
            assert_eq!(listen.api(Method::DELETE, &path, "").await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(listen.api(Method::GET, &path, "").await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(listen.deliver(7, BEFORE, MESSAGE).await.body, OK);
    assert_eq!(listen.newest().await["reason"], Value::Null);
}

#[tokio::test]
async fn a_refusal_of_friend_requests_names_every_account() {
    let listen = Listen::start(&["--app", "7"]).await;
    let rule = json!({"do": "refuse", "code": 38_001, "text": "no"});
    assert_eq!(put(&listen, FRIENDS, &rule).await, StatusCode::NO_CONTENT);
    let sample = testing::sample_body(FRIENDS).expect("a sample");
    let request: Value = serde_json::from_str(sample).expect("JSON");
    let asked: Vec<_> = request["FriendItem"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| &item["To_Account"])
        .collect();
    let answered = listen.deliver(7, FRIENDS, sample).await.json();
    let results: Vec<_> = answered["ResultItem"]
        .as_array()
        .expect("a list")
        .iter()
        .collect();
    let refused: Vec<_> = results.iter().map(|item| &item["To_Account"]).collect();
    assert_eq!(refused, asked);
    assert!(
        results
            .iter()
            .all(|item| item["ResultCode"] == 38_001 && item["ResultInfo"] == "no")
    );
    // Accounts that cannot be read cannot be refused: a failure, not a reply that lets them pass.
    let failed = listen.deliver(7, FRIENDS, "[]").await;
    assert_eq!(failed.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_rule_that_does_not_fit_is_refused() {
    let listen = Listen::start(&["--app", "7"]).await;
    for (command, rule) in [
        (AFTER, json!({"do": "refuse"})),
        (AFTER, json!({"do": "drop"})),
        (AFTER, json!({"do": "rewrite", "text": "hi"})),
        ("New.One", json!({"do": "refuse"})),
        ("Group.CallbackBeforeCreateGroup", json!({"do": "drop"})),
        (
            "Group.CallbackBeforeCreateGroup",
            json!({"do": "rewrite", "text": "hi"}),
        ),
        (BEFORE, json!({"do": "rewrite"})),
        (BEFORE, json!({"do": "refuse", "code": 5})),
        (FRIENDS, json!({"do": "refuse", "code": 10_150})),
        (BEFORE, json!({"do": "http-error", "status": 200})),
        (BEFORE, json!({"do": "delay"})),
        (BEFORE, json!({"do": "delay", "ms": 100_000_000})),
        (BEFORE, json!({"do": "explode"})),
        (BEFORE, json!({"do": "allow", "misspelt": 1})),
        (BEFORE, json!({})),
    ] {
        assert_eq!(
            put(&listen, command, &rule).await,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{command} {rule}"
        );
    }
    let refuse = json!({"do": "refuse", "code": 5});
    assert_eq!(cause(&listen, BEFORE, &refuse).await, "rule_code");
    assert_eq!(cause(&listen, AFTER, &refuse).await, "rule_not_refusable");
    let not_json = listen
        .api(Method::PUT, &format!("/rules/{BEFORE}"), "{")
        .await;
    assert_eq!(not_json.status, StatusCode::BAD_REQUEST);
    assert_eq!(listen.read("/rules").await, json!({}));
}

#[tokio::test]
async fn the_table_says_which_rules_fit_a_command() {
    let listen = Listen::start(&["--app", "7"]).await;
    for row in listen.read("/commands").await.as_array().expect("rows") {
        let command = row["command"].as_str().expect("a name");
        for (r#do, rule) in [
            ("allow", json!({"do": "allow"})),
            ("refuse", json!({"do": "refuse"})),
            ("drop", json!({"do": "drop"})),
            ("rewrite", json!({"do": "rewrite", "text": "hi"})),
            ("http-error", json!({"do": "http-error"})),
            ("delay", json!({"do": "delay", "ms": 1})),
            ("hang", json!({"do": "hang"})),
        ] {
            let fits = row["rules"]
                .as_array()
                .expect("words")
                .contains(&json!(r#do));
            let status = put(&listen, command, &rule).await;
            assert_eq!(status == StatusCode::NO_CONTENT, fits, "{command} {do}", do = r#do);
        }
    }
}

#[tokio::test]
async fn a_hanging_answer_is_given_up_by_the_sender() {
    let listen = Listen::start(&["--app", "7"]).await;
    assert_eq!(
        put(&listen, BEFORE, &json!({"do": "hang"})).await,
        StatusCode::NO_CONTENT
    );
    let sent = tokio::spawn({
        let url = listen.url("/?SdkAppid=7&CallbackCommand=Group.CallbackBeforeSendMsg");
        async move {
            let request = http::Request::post(url)
                .body(MESSAGE.into())
                .expect("a request");
            crate::support::send(request).await
        }
    });
    // The tool itself waits as long as Tencent, and then gives up.
    let trigger = json!({"command": BEFORE}).to_string();
    let id = listen.api(Method::POST, "/trigger", &trigger).await.json()["id"].as_u64();
    let row = listen.row(id.expect("an id"), "abandoned").await;
    assert_eq!(
        (&row["reason"], &row["effect"]["kind"]),
        (&json!("rule"), &json!("passed_unchecked"))
    );
    // The one from the network still has no answer. It ends when its client does.
    assert!(!sent.is_finished());
    sent.abort();
    let other = if id == Some(1) { 2 } else { 1 };
    soon("the row", listen.row(other, "abandoned")).await;
    assert_eq!(listen.stop().await.0, Some(0));
}

#[tokio::test]
async fn a_rule_answers_its_command_under_every_name() {
    const ALIAS: &str = "Follow.CallbackAfterCloudRecordingChanged";
    const NAME: &str = "Live.CallbackAfterCloudRecordingChanged";
    let listen = Listen::start(&["--app", "7"]).await;
    let rule = json!({"do": "http-error", "status": 503});
    let body = testing::sample_body(NAME).expect("a sample");
    for (named, other) in [(ALIAS, NAME), (NAME, ALIAS)] {
        assert_eq!(put(&listen, named, &rule).await, StatusCode::NO_CONTENT);
        assert_eq!(listen.read("/rules").await, json!({NAME: rule}));
        assert_eq!(listen.read(&format!("/rules/{other}")).await, rule);
        for sent in [ALIAS, NAME] {
            assert_eq!(listen.deliver(7, sent, body).await.status, 503, "{sent}");
        }
        let path = format!("/rules/{other}");
        let removed = listen.api(Method::DELETE, &path, "").await;
        assert_eq!(removed.status, StatusCode::NO_CONTENT);
        assert_eq!(listen.deliver(7, named, body).await.status, 200);
    }
}
