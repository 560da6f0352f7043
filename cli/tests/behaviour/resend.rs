//! What the API sends: a delivery again, or a sample.

use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tower_tencent_webhook::testing::{self, WebhookRequest};

use crate::support::{AFTER, Listen, MESSAGE};

#[tokio::test]
async fn a_delivery_is_sent_again_signed_anew_with_its_own_body_or_another() {
    let listen = Listen::start(&["--app", "7:hush"]).await;
    let own = WebhookRequest::new(7, AFTER)
        .path("/im")
        .signed("hush")
        .path_and_query()
        + "&own=%20x";
    let request = Request::post(listen.url(&own))
        .body(MESSAGE.into())
        .expect("a request");
    crate::support::send(request).await;
    let stale = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    let rejected = WebhookRequest::new(7, AFTER).signed_at("hush", stale);
    listen.webhook(rejected, MESSAGE).await;
    listen.get("/x").await;

    let resend = async |id: u64, body: &str| {
        listen
            .api(Method::POST, &format!("/deliveries/{id}/resend"), body)
            .await
    };
    for (body, sent) in [
        ("", MESSAGE),
        ("{}", MESSAGE),
        (r#"{"body":"{\"no\":\"JSON"}"#, "{\"no\":\"JSON"),
    ] {
        let again = resend(1, body).await;
        assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.body);
        let id = again.json()["id"].as_u64().expect("an id");
        let delivery = listen.read(&format!("/deliveries/{id}")).await;
        assert_eq!(
            (&delivery["origin"], &delivery["path"]),
            (&json!("replay"), &json!("/im"))
        );
        assert_eq!(delivery["body"], sent);
        let query = delivery["query"].as_array().expect("pairs");
        assert!(query.contains(&json!(["own", "%20x"])));
        let names: Vec<_> = query
            .iter()
            .map(|pair| pair[0].as_str().expect("a name"))
            .collect();
        assert_eq!(names.iter().filter(|name| **name == "Sign").count(), 1);
    }
    for (id, body, status) in [
        (2, "{}", StatusCode::UNPROCESSABLE_ENTITY),
        (2, r#"{"body":"{}"}"#, StatusCode::ACCEPTED),
        (3, "{}", StatusCode::UNPROCESSABLE_ENTITY),
        (99, "{}", StatusCode::NOT_FOUND),
        (1, "{", StatusCode::BAD_REQUEST),
        (1, r#"{"bodi":""}"#, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(resend(id, body).await.status, status, "{id} {body}");
    }
}

#[tokio::test]
async fn trigger_sends_a_sample_to_the_own_listener() {
    let listen = Listen::start(&["--app", "7:hush", "--app", "8:hush"]).await;
    let trigger = async |body: Value| {
        listen
            .api(Method::POST, "/trigger", &body.to_string())
            .await
    };
    let sent = trigger(json!({"command": AFTER})).await;
    assert_eq!(
        (sent.status, sent.json()),
        (StatusCode::ACCEPTED, json!({"id": 1}))
    );
    let delivery = listen.read("/deliveries/1").await;
    assert_eq!(
        (&delivery["origin"], &delivery["sdk_app_id"]),
        (&json!("trigger"), &json!(7))
    );
    assert_eq!(
        delivery["body"],
        testing::sample_body(AFTER).expect("a sample")
    );

    let set = json!({"command": AFTER, "sdk_app_id": 8, "set": {"From_Account": "zed"}});
    assert_eq!(trigger(set).await.json(), json!({"id": 2}));
    let delivery = listen.read("/deliveries/2").await;
    assert_eq!(
        (&delivery["sdk_app_id"], &delivery["event"]["From_Account"]),
        (&json!(8), &json!("zed"))
    );

    for wrong in [
        json!({"command": "Group.Nothing"}),
        json!({"command": AFTER, "sdk_app_id": 9}),
        json!({"command": AFTER, "shape": "nothing"}),
        json!({"command": AFTER, "set": {"Nothing": 1}}),
        json!({"command": 5}),
        json!({}),
    ] {
        assert_eq!(
            trigger(wrong).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
}
