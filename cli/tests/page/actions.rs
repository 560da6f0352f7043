//! The detail and what can be done from it.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use tower_tencent_webhook::testing::sample_body;

use crate::{
    browser::Browser,
    http::{KEY, TOKEN},
    tool::Tool,
};

pub(crate) const COMMAND: &str = "Group.CallbackBeforeSendMsg";
/// Quotes of every kind, a number that a JavaScript number cannot hold, and an unknown field.
const BODY: &str = r###"{ "CallbackCommand": "Group.CallbackBeforeSendMsg", "GroupId": "it's \"#", "Type": "Public",
  "From_Account": "$(touch /tmp/never) `id`", "Random": 3104885521, "Unheard": 12345678901234567890123,
  "MsgBody": [{ "MsgType": "TIMTextElem", "MsgContent": { "Text": "\\ \"## 你好" } }] }"###;

async fn open(browser: &Browser, tool: &Tool, body: &str) {
    browser.goto(&tool.page).await;
    browser.until_text("#live", "live").await;
    assert_eq!(tool.send(COMMAND, body), 200);
    let row = format!("#row-{}", tool.rows()[0]["id"]);
    browser
        .until(&format!("document.querySelector({row:?})"))
        .await;
    browser.click(&row).await;
    browser.until_text("#detail h2", COMMAND).await;
}

pub(crate) async fn the_detail_shows_both_bodies_the_reply_and_its_effect(browser: &Browser) {
    let tool = Tool::start(&[]);
    open(browser, &tool, BODY).await;
    browser
        .until_text("#detail .facts", "before a group message is sent")
        .await;
    browser.until_text("#typed pre", "\"GroupId\"").await;
    browser
        .until_text("#raw pre", "12345678901234567890123")
        .await;
    assert_eq!(browser.text("#raw .untyped").await, "\"Unheard\"");
    browser.until_text("#raw .note", "1 underlined").await;
    browser.until_text("#detail .effect", "goes ahead").await;
    browser.until_text("#detail .reply", "ActionStatus").await;
    browser
        .until_text("#detail .headers", "content-length")
        .await;
    browser.until_text("#detail .timebar", "1.5 s").await;
    browser.until_text("#detail .timebar", "2 s").await;
    let link = "document.querySelector('#detail a')";
    browser
        .until(&format!(
            "{link}.href.startsWith('https://') && {link}.rel.includes('noopener')"
        ))
        .await;

    let raw = browser
        .js("return document.querySelector('#raw pre').textContent")
        .await;
    let raw: Value = serde_json::from_str(raw.as_str().expect("text")).expect("JSON");
    assert_eq!(raw, serde_json::from_str::<Value>(BODY).expect("JSON"));
    let query = browser.text("#detail .query").await;
    assert!(query.contains("RequestTime"), "{query}");
    let digits = |text: &str| text.chars().filter(char::is_ascii_hexdigit).count();
    let sign = browser.js("return [...document.querySelectorAll('#detail .query tr')].find((row) => row.textContent.startsWith('Sign')).lastChild.textContent").await;
    assert!(digits(sign.as_str().expect("text")) < 16, "Sign is masked");
    assert_eq!(browser.console().await, [""; 0]);
}

pub(crate) async fn resending_makes_a_new_row_and_editing_sends_the_text_as_it_is(
    browser: &Browser,
) {
    let tool = Tool::start(&[]);
    open(browser, &tool, BODY).await;
    browser.press_button("#detail .actions", "Resend").await;
    browser
        .until_text("#list li[aria-selected=true] .facts", "replay")
        .await;
    assert_eq!(tool.api("/api/deliveries/2")["body"], BODY);

    browser.until_text("#detail .facts", "#2").await;
    browser.press_button("#detail .actions", "Edit").await;
    assert_eq!(
        browser
            .js("return document.querySelector('textarea').value")
            .await,
        BODY
    );
    let edited =
        "{\"GroupId\":\"g\",\n\"Type\":\"Public\",\t\"From_Account\":\"x\",\"MsgBody\":[], oops";
    let script = format!(
        "const text = document.querySelector('textarea'); text.value = {}; text.dispatchEvent(new Event('input'))",
        Value::from(edited)
    );
    browser.js(&script).await;
    browser.until_text("dialog .note", "Not JSON").await;
    browser.press_button("dialog", "Send").await;
    browser.until("!document.querySelector('dialog')").await;
    browser.until_text("#detail .facts", "#3").await;
    browser
        .until_text("#list li[aria-selected=true]", "failed")
        .await;
    assert_eq!(tool.api("/api/deliveries/3")["body"], edited);
    assert_eq!(browser.console().await, [""; 0]);
}

/// The text of the copy dialog for one form.
pub(crate) async fn copied(browser: &Browser, label: &str) -> String {
    browser.press_button("#copy", label).await;
    browser
        .until(&format!(
            "document.querySelector('#copy [aria-pressed=true]').textContent.startsWith({label:?})"
        ))
        .await;
    browser.text("#copy-text").await
}

pub(crate) async fn the_copied_curl_is_accepted(browser: &Browser) {
    let tool = Tool::start(&[]);
    open(browser, &tool, BODY).await;
    browser.press_button("#detail .actions", "Copy").await;
    let script = copied(browser, "curl").await;
    assert!(!script.contains(TOKEN), "the token is never in it");
    let sh = |token: Option<&str>| {
        let mut sh = Command::new("sh");
        sh.arg("-c").arg(&script).env_remove("TOKEN");
        sh.envs(token.map(|token| ("TOKEN", token)));
        sh.output().expect("sh")
    };
    let ran = sh(Some(TOKEN));
    let answer = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        answer.contains("200 OK") && answer.contains("ActionStatus"),
        "{answer}"
    );
    assert_eq!(
        tool.api("/api/deliveries/2")["body"],
        BODY,
        "every byte of it"
    );
    assert!(!sh(None).status.success(), "without the token it says so");
    assert_eq!(tool.rows().len(), 2);

    // A body that a terminal would take for key presses.
    let body =
        "{\"GroupId\":\r\n\t\"g\",\"Type\":\"Public\",\"From_Account\":\"a\",\"MsgBody\":[]}";
    open(browser, &tool, body).await;
    browser.until_text("#detail .facts", "#3").await;
    browser.press_button("#detail .actions", "Copy").await;
    let script = copied(browser, "curl").await;
    assert!(script.contains("base64 -d") && !script.contains('\r'));
    Command::new("sh")
        .arg("-c")
        .arg(&script)
        .env("TOKEN", TOKEN)
        .output()
        .expect("sh");
    assert_eq!(tool.api("/api/deliveries/4")["body"], body);
}

pub(crate) async fn the_copied_rust_test_compiles_and_the_fixture_is_the_body(browser: &Browser) {
    let tool = Tool::start(&[]);
    open(browser, &tool, BODY).await;
    browser.press_button("#detail .actions", "Copy").await;
    let fixture = copied(browser, "fixture").await;
    let body: Value = serde_json::from_str(BODY).expect("JSON");
    assert_eq!(serde_json::from_str::<Value>(&fixture).expect("JSON"), body);
    let trigger = copied(browser, "trigger").await;
    // The body is not the sample.
    let expected = format!(
        "# Save the body to body.json first (Copy as: fixture).\ntencent-webhook trigger '{COMMAND}' --to 'http://{}/' --app \"1400000000:$TOKEN\" --body body.json",
        tool.receiver
    );
    assert_eq!(trigger.trim_end(), expected);
    rustc(&copied(browser, "Rust test").await);
}

/// Compiles a test with the library that this test itself is linked to, and runs it.
fn rustc(test: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, binary) = (folder.join("copied.rs"), folder.join("copied"));
    fs::write(&source, test).expect("a file");
    let dependencies = std::env::current_exe()
        .expect("this test")
        .parent()
        .expect("its folder")
        .to_owned();
    let mut libraries: Vec<_> = fs::read_dir(&dependencies)
        .expect("the folder of dependencies")
        .map(|file| file.expect("a file").path())
        .filter(|path| {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            name.starts_with("libtower_tencent_webhook-") && name.ends_with(".rlib")
        })
        .collect();
    // Builds with other features may lie beside it: the newest is of this build.
    libraries.sort_by_key(|path| fs::metadata(path).and_then(|data| data.modified()).ok());
    let library = libraries.last().expect("the library");
    let compiled = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--test", "--edition", "2024", "-o"])
        .arg(&binary)
        .arg("--extern")
        .arg(format!("tower_tencent_webhook={}", library.display()))
        .arg("-L")
        .arg(format!("dependency={}", dependencies.display()))
        .arg(&source)
        .output()
        .expect("rustc");
    assert!(
        compiled.status.success(),
        "{}\n{test}",
        String::from_utf8_lossy(&compiled.stderr)
    );
    let ran = Command::new(&binary).output().expect("the copied test");
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stdout)
    );
}

pub(crate) async fn the_recording_can_be_downloaded(browser: &Browser) {
    let tool = Tool::start(&[]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("downloads");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let behaviour = serde_json::json!({ "behavior": "allow", "downloadPath": folder });
    browser.cdp("Browser.setDownloadBehavior", behaviour).await;
    open(browser, &tool, sample_body(COMMAND).expect("a sample")).await;
    browser.press_button("#tools", "Download").await;

    let file = folder.join("tencent-webhook.ndjson");
    let recording = async {
        loop {
            match fs::read_to_string(&file) {
                Ok(recording) if !recording.is_empty() => return recording,
                _ => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        }
    };
    let recording = tokio::time::timeout(std::time::Duration::from_secs(30), recording)
        .await
        .expect("a download");
    let line: Value = serde_json::from_str(recording.trim()).expect("a line");
    assert_eq!(
        (&line["v"], &line["command"]),
        (&Value::from(1), &Value::from(COMMAND))
    );
    assert!(!recording.contains("Sign"));
}

/// The signature of a TRTC event covers the body and the time in it.
pub(crate) async fn a_trtc_event_is_shown_copied_and_sent_again(browser: &Browser) {
    const EVENT: &str = "TRTC.103";
    let tool = Tool::start(&[]);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a time after 1970");
    let body = format!(
        "{{\"EventGroupId\":1,\"EventType\":103,\"CallbackTs\":{},\n\t\"EventInfo\":\t{{\"RoomId\":7,\"EventTs\":1794960001,\"EventMsTs\":1794960001456,\"UserId\":\"it's mei\",\"Role\":20,\"TerminalType\":2,\"UserType\":3,\"Reason\":1,\"Own\":1}}}}",
        now.as_millis() - 1000
    );
    browser.goto(&tool.page).await;
    assert_eq!(tool.send(EVENT, &body), 200);
    browser.until("document.querySelector('#row-1')").await;
    browser.click("#row-1").await;
    browser.until_text("#detail h2", EVENT).await;
    browser
        .until_text("#detail .facts", "a user enters a room")
        .await;
    browser.until_text("#detail .timebar", "5 s").await;
    assert_eq!(browser.text("#raw .untyped").await, "\"Own\"");
    browser.press_button("#detail .actions", "Resend").await;
    browser.until_text("#detail .facts", "#2").await;
    browser
        .until_text("#list li[aria-selected=true]", "answered")
        .await;

    browser.press_button("#detail .actions", "Copy").await;
    rustc(&copied(browser, "Rust test").await);
    let script = copied(browser, "curl").await;
    assert!(!script.contains(KEY), "the key is never in it");
    let ran = Command::new("sh")
        .arg("-c")
        .arg(&script)
        .env("KEY", KEY)
        .output()
        .expect("sh");
    let answer = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(answer.contains("200 OK"), "{answer}");
    let sent = tool.api("/api/deliveries/3");
    assert_eq!(sent["end"], "answered");
    let without_time = |body: &str| body.replace(|digit: char| digit.is_ascii_digit(), "0");
    let text = sent["body"].as_str().expect("text");
    assert!(
        text != body && without_time(text) == without_time(&body),
        "{text}"
    );
    assert_eq!(browser.console().await, [""; 0]);
}
