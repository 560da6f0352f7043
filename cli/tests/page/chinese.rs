//! The Chinese page tells everything in Chinese: only names, and the errors of others, are English.

use std::{io::Write as _, net::TcpStream, time::Duration};

use serde_json::json;
use tower_tencent_webhook::testing::{WebhookRequest, sample_body};

use crate::{
    app,
    browser::Browser,
    http::{APP, old_target, request, send, target, webhook},
    tool::Tool,
};

const BEFORE: &str = "Group.CallbackBeforeSendMsg";
const AFTER: &str = "Group.CallbackAfterSendMsg";

/// Three English words in a row, in what is not marked as English, quoted, or a body.
const ENGLISH: &str = "const told = document.createElement('div');
    for (const element of document.querySelectorAll('#list li:first-child, #detail .heading, #detail .outcome, dialog, #toast'))
        told.append(element.cloneNode(true), ' ');
    for (const element of told.querySelectorAll('[lang=en], pre, q')) element.remove();
    return told.textContent.match(/[A-Za-z]{2,}( [A-Za-z]{2,}){2,}/)?.[0] ?? ''";

fn message(text: &str) -> String {
    json!({
        "GroupId": "g", "Type": "Public", "From_Account": "ren",
        "MsgBody": [{ "MsgType": "TIMTextElem", "MsgContent": { "Text": text } }],
    })
    .to_string()
}

/// Opens the newest row once it has this end, and reads it.
async fn read(browser: &Browser, tool: &Tool, end: &str) {
    let newest = async {
        loop {
            let row = tool.rows().remove(0);
            if row["end"] == end {
                return row["id"].clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let id = tokio::time::timeout(Duration::from_secs(30), newest);
    let id = id.await.expect(end);
    let row = format!("#row-{id}[data-end={end}]");
    browser
        .until(&format!("document.querySelector({row:?})"))
        .await;
    browser.click(&row).await;
    browser
        .until_text("#detail .facts", &format!("#{id} "))
        .await;
    browser
        .until("document.querySelector('#detail .outcome')")
        .await;
    assert_eq!(browser.js(ENGLISH).await, "", "{end}");
}

pub(crate) async fn every_end_is_told_in_chinese(browser: &Browser) {
    let app = app::serve().await;
    let tool = Tool::start(&["--forward-to", &format!("http://{app}/hooks")]);
    browser.look("light", "zh-CN", 1280, 800).await;
    browser.goto(&tool.page).await;
    browser.until_text("#live", "实时").await;
    let sample = sample_body(AFTER).expect("a sample");
    let post = |target: &str, headers: &str| {
        send(tool.receiver, &request("POST", target, headers, sample)).0
    };

    tool.send(BEFORE, &message("refuse some"));
    read(browser, &tool, "answered").await;
    tool.send(BEFORE, &message("refuse"));
    read(browser, &tool, "answered").await;
    browser.until_text("#detail .effect", "10105").await;
    let page = "return document.querySelector('#detail [data-name=page]').href";
    let page = browser.js(page).await;
    let page = page.as_str().expect("a link");
    let chinese = "https://www.tencentcloud.com/zh/document/product/";
    assert!(page.starts_with(chinese), "{page}");
    tool.send(BEFORE, &message("fail"));
    read(browser, &tool, "failed").await;
    browser.until_text("#detail .outcome", "应用处理失败").await;
    browser.until_text("#detail .effect", "状态码是 500").await;
    tool.send(BEFORE, &message("be slow"));
    read(browser, &tool, "failed").await;
    tool.send(AFTER, &message("be slow"));
    read(browser, &tool, "finished_late").await;
    tool.send(AFTER, &message("be slow, then fail"));
    read(browser, &tool, "failed_late").await;
    let mut stream = TcpStream::connect(tool.receiver).expect("a connection");
    stream
        .write_all(&webhook(BEFORE, &message("be silent")))
        .expect("a request");
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(stream);
    read(browser, &tool, "abandoned").await;
    browser.until_text("#detail .effect", "没有收到应答").await;

    post(&old_target(AFTER, Duration::from_secs(3 * 86_400)), "");
    read(browser, &tool, "rejected").await;
    browser.until_text("#detail .outcome", "3 天").await;
    for (target, headers) in [
        (WebhookRequest::new(APP, AFTER).path_and_query(), ""),
        (WebhookRequest::new(9, AFTER).path_and_query(), ""),
        (format!("{}&SdkAppid=1", target(AFTER)), ""),
        (target(AFTER), "content-encoding: gzip\r\n"),
        ("/".to_owned(), "sdkappid: 1400000000\r\n"),
    ] {
        post(&target, headers);
        read(browser, &tool, "rejected").await;
    }
    send(tool.receiver, &request("POST", &target(AFTER), "", "{}"));
    read(browser, &tool, "probed").await;
    send(tool.receiver, &request("GET", "/robots.txt", "", ""));
    read(browser, &tool, "not_a_webhook").await;
    assert_eq!(browser.console().await, [""; 0]);
}

pub(crate) async fn what_cannot_be_done_is_told_in_chinese(browser: &Browser) {
    let tool = Tool::start(&[]);
    browser.look("light", "zh-CN", 1280, 800).await;
    browser.goto(&tool.page).await;
    tool.send(BEFORE, &message("hi"));
    read(browser, &tool, "answered").await;
    browser.press_button("#detail .actions", "复制").await;
    let copied = browser.text("#copy-text").await;
    assert!(copied.starts_with("# TOKEN：应用"), "{copied}");
    browser.press_button("#copy", "关闭").await;

    browser.press_button("#detail .actions", "规则").await;
    browser
        .js("const choice = document.querySelector('#rules [name=do]');
             choice.value = 'refuse'; choice.dispatchEvent(new Event('change'));
             document.querySelector('#rules [name=code]').value = '5'")
        .await;
    browser.click("#rules button[type=submit]").await;
    browser
        .until_text("#toast", "腾讯云不会为此命令下发这个错误码")
        .await;
    assert_eq!(browser.js(ENGLISH).await, "");
    // A rule answers in the name of the page.
    browser
        .js("document.querySelector('#rules [name=code]').value = ''")
        .await;
    browser.click("#rules button[type=submit]").await;
    browser.until_text("#rules li", "拒绝").await;
    browser.press_button("#rules", "关闭").await;
    tool.send(BEFORE, &message("hi"));
    read(browser, &tool, "answered").await;
    browser.until_text("#detail .outcome", "由规则应答").await;
}
