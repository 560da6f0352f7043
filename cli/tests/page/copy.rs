//! What is copied from a request that a stranger made.

use std::process::Command;

use serde_json::Value;
use tower_tencent_webhook::testing::{WebhookRequest, sample_body};

use crate::{
    actions::{COMMAND, copied},
    browser::Browser,
    http::{APP, TOKEN, request, send},
    tool::Tool,
};

/// Sends a request to the receiver, and opens the dialog of its row.
async fn open(browser: &Browser, tool: &Tool, target: &str, headers: &str, body: &str) {
    send(tool.receiver, &request("POST", target, headers, body));
    browser.goto(&tool.page).await;
    let id = tool.rows()[0]["id"].clone();
    let row = format!("#row-{id}");
    browser
        .until(&format!("document.querySelector({row:?})"))
        .await;
    browser.click(&row).await;
    browser
        .until_text("#detail .facts", &format!("#{id} "))
        .await;
    browser.press_button("#detail .actions", "Copy").await;
}

/// Runs a copied command.
fn sh(script: &str) -> String {
    let ran = Command::new("sh")
        .arg("-c")
        .arg(script)
        .env("TOKEN", TOKEN)
        .output()
        .expect("sh");
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

/// A path that begins with two slashes looks like a host.
pub(crate) async fn every_form_stays_at_the_receiver(browser: &Browser) {
    let tool = Tool::start(&[]);
    let body = sample_body(COMMAND).expect("a sample");
    let path = "//evil.example/x";
    let here = format!("http://{}{path}", tool.receiver);
    let target = WebhookRequest::new(APP, COMMAND)
        .path(path)
        .signed(TOKEN)
        .path_and_query();
    open(browser, &tool, &target, "", body).await;
    let trigger = copied(browser, "trigger").await;
    assert!(trigger.contains(&format!("--to '{here}' ")), "{trigger}");
    let curl = copied(browser, "curl").await;
    assert!(curl.contains(&format!("URL='{here}?")), "{curl}");
    assert!(sh(&curl).contains("200 OK"));
    assert_eq!(tool.api("/api/deliveries/2")["path"], path);

    let app = format!("sdkappid: {APP}\r\n");
    open(browser, &tool, path, &app, "{}").await;
    let curl = copied(browser, "curl").await;
    assert!(curl.contains(&format!("'{here}'")), "{curl}");
    assert_eq!(browser.console().await, [""; 0]);
}

pub(crate) async fn a_curl_keeps_the_query_as_it_came(browser: &Browser) {
    let tool = Tool::start(&[]);
    let body = sample_body(COMMAND).expect("a sample");
    let target = WebhookRequest::new(APP, COMMAND)
        .signed(TOKEN)
        .path_and_query()
        .replace("127.0.0.1", "2001%3Adb8%3A%3A1")
        + "&own=%27%26a%3D[1-9]{b,c}";
    open(browser, &tool, &target, "", body).await;
    assert!(sh(&copied(browser, "curl").await).contains("200 OK"));
    assert_eq!(tool.rows().len(), 2, "one request, no pattern");
    let (first, second) = (tool.api("/api/deliveries/1"), tool.api("/api/deliveries/2"));
    let unsigned = |delivery: &Value| {
        let pairs = delivery["query"].as_array().expect("pairs").clone();
        let signs = |pair: &Value| ["Sign", "RequestTime"].iter().any(|name| pair[0] == *name);
        pairs
            .into_iter()
            .filter(|pair| !signs(pair))
            .collect::<Vec<_>>()
    };
    assert_eq!(unsigned(&second), unsigned(&first));
    assert_eq!(second["client_ip"], "2001:db8::1");
    assert_eq!(browser.console().await, [""; 0]);
}

pub(crate) async fn an_app_without_a_token_is_copied_without_one(browser: &Browser) {
    let tool = Tool::start(&["--app", "7"]);
    let body = sample_body(COMMAND).expect("a sample");
    let target = WebhookRequest::new(7, COMMAND).path_and_query();
    open(browser, &tool, &target, "", body).await;
    let trigger = copied(browser, "trigger").await;
    assert!(trigger.ends_with(" --app 7\n"), "{trigger}");
    let curl = copied(browser, "curl").await;
    assert!(
        !curl.contains("TOKEN") && sh(&curl).contains("200 OK"),
        "{curl}"
    );
    assert_eq!(browser.console().await, [""; 0]);
}

pub(crate) async fn a_body_that_was_not_read_is_the_sample(browser: &Browser) {
    let tool = Tool::start(&[]);
    let body = sample_body(COMMAND).expect("a sample");
    let target = WebhookRequest::new(APP, COMMAND)
        .signed("guess")
        .path_and_query();
    open(browser, &tool, &target, "", body).await;
    let forms = "return [...document.querySelectorAll('#copy [data-form]')].map((tab) => tab.dataset.form).join(' ')";
    assert_eq!(browser.js(forms).await, "curl trigger");
    let trigger = copied(browser, "trigger").await;
    assert!(
        trigger.starts_with("# The body was not read") && !trigger.contains("--body"),
        "{trigger}"
    );
    let curl = copied(browser, "curl").await;
    assert!(curl.starts_with("# The body was not read"), "{curl}");
    assert!(sh(&curl).contains("200 OK"));
    assert_eq!(tool.api("/api/deliveries/2")["body"], body);
    assert_eq!(browser.console().await, [""; 0]);
}
