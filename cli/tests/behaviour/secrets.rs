//! A canary: no token, key or whole signature is anywhere that a person or a program reads.

use http::{Method, Request};
use http_body_util::BodyExt;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tower_tencent_webhook::{signature, testing::WebhookRequest, trtc};

use crate::{
    server::{app, now},
    support::{AFTER, BEFORE, Listen, MESSAGE, OK, finish, soon, tool},
};

const TOKEN: &str = "canary-token-9f3c";
const PREVIOUS: &str = "canary-previous-77aa";
const KEY: &str = "canarykey51d0";

/// What must not be read, besides the signatures.
const SECRETS: [&str; 3] = [TOKEN, PREVIOUS, KEY];

#[tokio::test]
async fn no_secret_is_in_page_api_ndjson_recording_log_or_help() {
    let directory = tempfile::tempdir().expect("a directory");
    let recording = directory.path().join("recording.ndjson");
    let apps = directory.path().join("apps");
    std::fs::write(&apps, format!("7:{TOKEN}\n7:{PREVIOUS}\n")).expect("written");
    let (forward_to, _) = app(http::StatusCode::OK, OK).await;
    let mut command = tool(&["listen", "--json-all", "--record"]);
    command
        .arg(&recording)
        .args(["--forward-to", &format!("http://{forward_to}/?key={TOKEN}")])
        .env("TENCENT_WEBHOOK_APPS_FILE", &apps)
        .env("TENCENT_WEBHOOK_EVENT_KEYS", format!("7:{KEY}"))
        .env("RUST_LOG", "trace");
    let mut listen = Listen::spawn(command).await;

    let mut events = {
        let request = Request::get(format!(
            "http://{}/api/events?token={}",
            listen.page, listen.token
        ))
        .body(http_body_util::Empty::<bytes::Bytes>::new())
        .expect("a request");
        let client = Client::builder(TokioExecutor::new()).build_http();
        soon("events", client.request(request))
            .await
            .expect("events")
            .into_body()
    };
    // Right, stale, and with everything in the wrong place.
    let time = now();
    let stale = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    listen
        .webhook(WebhookRequest::new(7, AFTER).signed(TOKEN), MESSAGE)
        .await;
    listen
        .webhook(WebhookRequest::new(7, BEFORE).signed(PREVIOUS), MESSAGE)
        .await;
    listen
        .webhook(
            WebhookRequest::new(7, AFTER).signed_at(TOKEN, stale),
            MESSAGE,
        )
        .await;
    let target =
        WebhookRequest::new(7, AFTER).path_and_query() + &format!("&sIGN={TOKEN}&%53ign={TOKEN}");
    let request = Request::post(listen.url(&target))
        .header("sign", TOKEN)
        .header("cookie", TOKEN)
        .header("authorization", TOKEN);
    crate::support::send(request.body(MESSAGE.into()).expect("a request")).await;
    // An event, with its own key and with another one.
    let event = format!(
        r#"{{"EventGroupId":1,"EventType":102,"CallbackTs":{time}000,"EventInfo":{{"RoomId":1}}}}"#
    );
    for key in [KEY, "other"] {
        let request = Request::post(listen.url("/"))
            .header("sdkappid", "7")
            .header("sign", trtc::sign(key, event.as_bytes()));
        let request = request.body(event.clone().into()).expect("a request");
        crate::support::send(request).await;
    }
    listen.api(Method::POST, "/deliveries/1/resend", "{}").await;
    listen
        .api(
            Method::POST,
            "/trigger",
            &format!(r#"{{"command":"{AFTER}"}}"#),
        )
        .await;

    let mut seen = String::new();
    for path in [
        "/deliveries",
        "/deliveries/1",
        "/deliveries/2",
        "/deliveries/3",
        "/deliveries/4",
        "/deliveries/5",
        "/deliveries/6",
        "/deliveries/7",
        "/deliveries/8",
        "/rules",
        "/commands",
        "/about",
        "/recording",
    ] {
        seen.push_str(&listen.api(Method::GET, path, "").await.body);
    }
    let page = Request::get(format!("http://{}/?token={}", listen.page, listen.token))
        .body(bytes::Bytes::new());
    seen.push_str(&crate::support::send(page.expect("a request")).await.body);
    while !seen.contains("id: 8") {
        let frame = soon("an event", events.frame())
            .await
            .expect("open")
            .expect("open");
        seen.push_str(std::str::from_utf8(&frame.into_data().unwrap_or_default()).expect("UTF-8"));
    }
    for _ in 0..8 {
        seen.push_str(&listen.line().await.to_string());
    }
    let (code, lines, log) = listen.stop().await;
    assert_eq!((code, lines.len()), (Some(0), 0), "{log}");
    seen.push_str(&log);
    seen.push_str(&std::fs::read_to_string(&recording).expect("a recording"));

    for subcommand in ["listen", "trigger", "replay", "verify", "check", "commands"] {
        let mut command = tool(&[subcommand, "--help"]);
        command
            .env("TENCENT_WEBHOOK_APPS", format!("7:{TOKEN}"))
            .env("TENCENT_WEBHOOK_EVENT_KEYS", format!("7:{KEY}"));
        let help = finish(command).await;
        assert_eq!(help.code, Some(0));
        seen.push_str(&help.stdout);
    }
    for secret in SECRETS {
        assert!(!seen.contains(secret), "{secret}");
    }
    for key in [KEY, "other"] {
        assert!(
            !seen.contains(&trtc::sign(key, event.as_bytes())),
            "a signature"
        );
    }
    // All signatures from around now, whoever made them.
    for time in time - 7300..time + 100 {
        for token in [TOKEN, PREVIOUS] {
            let sign = signature::sign(token, time);
            assert!(!seen.contains(&sign), "a signature");
        }
    }
}

#[tokio::test]
async fn no_secret_is_in_what_the_other_subcommands_say() {
    let directory = tempfile::tempdir().expect("a directory");
    let recording = directory.path().join("recording.ndjson");
    let line = format!(
        r#"{{"v":1,"id":1,"received":0,"envelope":"url","sdk_app_id":7,"command":"{AFTER}","query":[],"body":"x"}}"#
    );
    std::fs::write(&recording, line).expect("written");
    let recording = recording.to_str().expect("UTF-8");
    let listen = Listen::start(&["--app", &format!("7:{TOKEN}")]).await;
    let (here, nobody) = (listen.url("/"), "http://127.0.0.1:1/".to_owned());
    let with_secret = format!("{nobody}?key={TOKEN}");
    let (time, other) = (now(), now() - 9000);
    let url = |time: u64, token: &str| {
        let sign = signature::sign(token, time);
        format!("http://x/?SdkAppid=7&CallbackCommand={AFTER}&Sign={sign}&RequestTime={time}")
    };
    let (right, wrong) = (url(time, TOKEN), url(other, PREVIOUS));

    let mut seen = String::new();
    for arguments in [
        &["trigger", AFTER, "--to", &here][..],
        &["trigger", AFTER, "--to", &here, "--fault", "stale"],
        &["trigger", AFTER, "--to", &with_secret],
        &["trigger", "TRTC.103", "--to", &here],
        &["replay", recording, "--to", &here],
        &["replay", recording, "--to", &with_secret],
        &["check", "--to", &with_secret],
        &["verify", &right],
        &["verify", &wrong],
        &["commands"],
    ] {
        for (app, key) in [(TOKEN, KEY), (PREVIOUS, KEY)] {
            let mut command = tool(arguments);
            command
                .env("TENCENT_WEBHOOK_APPS", format!("7:{app}"))
                .env("TENCENT_WEBHOOK_EVENT_KEYS", format!("7:{key}"))
                .env("RUST_LOG", "trace");
            let ran = finish(command).await;
            assert!(ran.code < Some(2), "{arguments:?}: {ran:?}");
            seen.push_str(&ran.stdout);
            seen.push_str(&ran.stderr);
        }
    }
    for secret in SECRETS {
        assert!(!seen.contains(secret), "{secret}: {seen}");
    }
    for sign in [
        signature::sign(TOKEN, time),
        signature::sign(PREVIOUS, other),
    ] {
        assert!(!seen.contains(&sign), "a signature");
    }
}
