//! Each end of a request, as the list shows it.

use std::{io::Write as _, net::TcpStream, time::Duration};

use serde_json::json;
use tower_tencent_webhook::{
    testing::{WebhookRequest, sample_body},
    trtc,
};

use crate::{
    app,
    browser::Browser,
    http::{APP, TOKEN, old_target, request, send, target, webhook},
    tool::Tool,
};

const BEFORE: &str = "Group.CallbackBeforeSendMsg";
const AFTER: &str = "State.StateChange";

/// A body of [`BEFORE`] with a text for the application.
fn message(text: &str) -> String {
    json!({
        "GroupId": "g", "Type": "Public", "From_Account": "ren",
        "MsgBody": [{ "MsgType": "TIMTextElem", "MsgContent": { "Text": text } }],
    })
    .to_string()
}

/// A body of `Group.CallbackAfterSendMsg` is the same.
const AFTER_MESSAGE: &str = "Group.CallbackAfterSendMsg";

/// Waits until the newest row has the end and the words.
async fn expect(browser: &Browser, end: &str, words: &str) {
    let newest = "document.querySelector('#list li')";
    browser
        .until(&format!("{newest}?.dataset.end === {end:?}"))
        .await;
    browser
        .until(&format!("{newest}.textContent.includes({words:?})"))
        .await;
}

pub(crate) async fn each_end_is_listed_with_its_cause(browser: &Browser) {
    let tool = Tool::start(&[]);
    browser.goto(&tool.page).await;
    browser.until_text("#empty", "No webhook yet").await;
    let post = |target: &str, headers: &str, body: &str| {
        send(tool.receiver, &request("POST", target, headers, body)).0
    };
    let sample = sample_body(AFTER).expect("a sample");
    let signed = |app: u64, token: &str| {
        WebhookRequest::new(app, AFTER)
            .signed(token)
            .path_and_query()
    };

    assert_eq!(tool.send(AFTER, sample), 200);
    expect(browser, "answered", "State.StateChange").await;
    assert_eq!(post(&signed(APP, "another token"), "", sample), 403);
    expect(
        browser,
        "rejected",
        "Sign does not match: the token of app 1400000000 is not the one in the console",
    )
    .await;
    assert_eq!(
        post(
            &old_target(AFTER, Duration::from_secs(3 * 3600)),
            "",
            sample
        ),
        403
    );
    expect(browser, "rejected", "stale by 3 h").await;
    assert_eq!(post(&signed(1_400_000_009, TOKEN), "", sample), 403);
    expect(browser, "rejected", "1400000009 is not configured").await;
    assert_eq!(
        post(
            &WebhookRequest::new(APP, AFTER).path_and_query(),
            "",
            sample
        ),
        403
    );
    expect(browser, "rejected", "no signature").await;
    assert_eq!(
        post(&target(AFTER).replace("Sign=", "Sign=z"), "", sample),
        403
    );
    expect(
        browser,
        "rejected",
        "Sign or RequestTime is not what Tencent sends",
    )
    .await;
    assert_eq!(
        post(&format!("{}&SdkAppid=1", target(AFTER)), "", sample),
        400
    );
    expect(browser, "rejected", "appears twice or is malformed").await;
    assert_eq!(
        post(
            &format!("{}&x={}", target(AFTER), "y".repeat(9000)),
            "",
            sample
        ),
        414
    );
    expect(browser, "rejected", "longer than 8 KiB").await;
    assert_eq!(
        post(&target(AFTER), "content-encoding: gzip\r\n", sample),
        415
    );
    expect(browser, "rejected", "compressed").await;
    assert_eq!(send(tool.receiver, &head_only(100_000_000)).0, 413);
    expect(browser, "rejected", "longer than").await;
    assert_eq!(send(tool.receiver, &head_only(100)).0, 408);
    expect(browser, "rejected", "not complete in time").await;
    let broken = format!(
        "POST {} HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\nno length\r\n",
        target(AFTER)
    );
    send(tool.receiver, broken.as_bytes());
    expect(browser, "rejected", "broke off").await;

    assert_eq!(tool.send(BEFORE, r#"{"GroupId":5,"Type":true}"#), 400);
    expect(browser, "failed", "documented shape").await;
    send(tool.receiver, &request("GET", "/robots.txt", "", ""));
    expect(browser, "not_a_webhook", "GET instead of POST").await;
    send(
        tool.receiver,
        &request("POST", "/?SdkAppid=1400000000", "", "{}"),
    );
    expect(browser, "not_a_webhook", "no CallbackCommand").await;

    let rows = tool.rows().len();
    browser
        .until(&format!(
            "document.querySelectorAll('#list li').length === {rows}"
        ))
        .await;
    assert_eq!(browser.console().await, [""; 0]);
}

/// The head of a webhook whose body does not come.
fn head_only(length: u64) -> Vec<u8> {
    format!(
        "POST {} HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n",
        target(AFTER)
    )
    .into_bytes()
}

pub(crate) async fn forwarding_shows_the_answer_of_the_app_or_why_there_is_none(browser: &Browser) {
    let app = app::serve().await;
    let tool = Tool::start(&["--forward-to", &format!("http://{app}/hooks")]);
    browser.goto(&tool.page).await;
    browser
        .until_text("#live", &format!("http://{app}/hooks"))
        .await;

    assert_eq!(tool.send(BEFORE, &message("refuse me")), 200);
    expect(browser, "answered", BEFORE).await;
    browser.click("#list li").await;
    browser.until_text("#detail .effect", "10105").await;
    browser
        .until_text("#detail .effect", "not in this house")
        .await;
    browser
        .until_text("#detail .reply", "not in this house")
        .await;

    let invite = "Group.CallbackBeforeInviteJoinGroup";
    assert_eq!(tool.send(invite, &message("refuse some")), 200);
    expect(browser, "answered", invite).await;
    browser.click("#list li").await;
    browser
        .until_text("#detail .effect", "refused for some accounts")
        .await;
    browser.until_text("#detail .effect", "mei, ren").await;

    tool.send(BEFORE, &message("fail"));
    expect(browser, "failed", "--forward-to").await;
    assert_eq!(tool.send(BEFORE, &message("be slow")), 504);
    expect(browser, "failed", "2 s").await;
    browser.click("#list li").await;
    browser.until_text("#detail .effect", "unchecked").await;
    assert_eq!(tool.send(AFTER_MESSAGE, &message("be slow")), 200);
    expect(browser, "finished_late", "deadline").await;
    assert_eq!(
        tool.send(AFTER_MESSAGE, &message("be slow, then fail")),
        200
    );
    expect(browser, "failed_late", "--forward-to").await;
    browser.click("#list li").await;
    browser
        .until_text("#detail .late_reply", "out of order")
        .await;

    // The client disconnects before it has an answer.
    let mut stream = TcpStream::connect(tool.receiver).expect("a connection");
    stream
        .write_all(&webhook(BEFORE, &message("be silent")))
        .expect("a request");
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(stream);
    expect(browser, "abandoned", "closed the connection").await;
    browser.click("#list li").await;
    browser.until_text("#detail", "Nothing was sent.").await;
    assert_eq!(browser.console().await, [""; 0]);
}

/// What the head of an event claims is not its command: that is in the body.
pub(crate) async fn a_rejected_event_has_a_name_and_can_be_edited(browser: &Browser) {
    let tool = Tool::start(&[]);
    browser.goto(&tool.page).await;
    let sample = sample_body("TRTC.103").expect("a sample");
    let post = |headers: &str| {
        let request = request("POST", "/", headers, sample);
        send(tool.receiver, &request).0
    };
    let app = format!("sdkappid: {APP}\r\n");
    let sign = trtc::sign("another key", sample.as_bytes());
    assert_eq!(post(&format!("{app}{app}sign: {sign}\r\n")), 400);
    expect(browser, "rejected", "changes headers").await;
    assert_eq!(post(&app), 403);
    expect(browser, "rejected", "no signature").await;
    assert_eq!(post(&format!("{app}sign: {sign}\r\n")), 403);
    expect(
        browser,
        "rejected",
        "the event key of app 1400000000 is not the one in the console",
    )
    .await;
    browser.until_text("#list li .command", "TRTC event").await;
    browser.click("#list li").await;
    browser.until_text("#detail h2", "TRTC event").await;
    browser.until_text("#raw", "did not prove it").await;
    browser.press_button("#detail .actions", "Edit").await;
    let script = format!(
        "document.querySelector('textarea').value = {}",
        json!(sample)
    );
    browser.js(&script).await;
    browser.press_button("dialog", "Send").await;
    expect(browser, "answered", "TRTC.103").await;
    assert_eq!(browser.console().await, [""; 0]);
}
