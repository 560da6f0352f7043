//! Rules, set and removed in the page.

use std::{io::Write as _, net::TcpStream};

use tower_tencent_webhook::testing::sample_body;

use crate::{
    browser::Browser,
    http::{send, webhook},
    tool::Tool,
};

const COMMAND: &str = "Group.CallbackBeforeSendMsg";

/// Sets a rule in the dialog, which stays open.
async fn set(browser: &Browser, name: &str, fields: &[(&str, &str)]) {
    browser
        .js(&format!(
            "const choice = document.querySelector('#rules [name=do]');
         choice.value = {name:?}; choice.dispatchEvent(new Event('change'))"
        ))
        .await;
    for (field, value) in fields {
        browser
            .js(&format!(
                "document.querySelector('#rules [name={field}]').value = {value:?}"
            ))
            .await;
    }
    browser.click("#rules button[type=submit]").await;
}

pub(crate) async fn each_rule_answers_until_it_is_removed(browser: &Browser) {
    let tool = Tool::start(&[]);
    browser.goto(&tool.page).await;
    let body = sample_body(COMMAND).expect("a sample");
    assert_eq!(tool.send(COMMAND, body), 200);
    browser.until("document.querySelector('#list li')").await;
    browser.click("#list li").await;
    browser.until_text("#detail .actions", "Rule").await;
    browser.press_button("#detail .actions", "Rule").await;
    let answer = || send(tool.receiver, &webhook(COMMAND, body));
    let newest = || tool.rows().remove(0);

    set(browser, "refuse", &[("code", "10112"), ("text", "not now")]).await;
    browser
        .until_text("#rules li", "refuse 10112 not now")
        .await;
    let (status, text) = answer();
    assert!(
        status == 200 && text.contains("10112") && text.contains("not now"),
        "{text}"
    );
    assert_eq!(newest()["reason"], "rule");
    set(browser, "drop", &[]).await;
    browser.until_text("#rules li", "drop").await;
    assert!(answer().1.contains("\"ErrorCode\":2"));
    set(browser, "rewrite", &[("text", "as rewritten")]).await;
    browser.until_text("#rules li", "rewrite").await;
    assert!(answer().1.contains("as rewritten"));
    set(browser, "http-error", &[("status", "503")]).await;
    browser.until_text("#rules li", "503").await;
    assert_eq!(answer().0, 503);
    set(browser, "allow", &[]).await;
    browser.until_text("#rules li", "allow").await;
    assert!(answer().1.contains("\"ErrorCode\":0"));
    set(browser, "delay", &[("ms", "700")]).await;
    browser.until_text("#rules li", "700 ms").await;
    assert_eq!(answer().0, 200);
    assert!(newest()["ms"].as_u64() >= Some(700));
    set(browser, "hang", &[]).await;
    browser.until_text("#rules li", "never").await;
    let mut stream = TcpStream::connect(tool.receiver).expect("a connection");
    stream
        .write_all(&webhook(COMMAND, body))
        .expect("a request");
    stream
        .set_read_timeout(Some(std::time::Duration::from_millis(2200)))
        .expect("a timeout");
    let read = std::io::Read::read(&mut stream, &mut [0; 1]);
    assert!(
        read.is_err(),
        "nothing is sent, and the connection stays open: {read:?}"
    );
    drop(stream);

    // A rule survives a reload, and says so at the top.
    browser.goto(&tool.page).await;
    browser.until_text("#tools", "Rules · 1").await;
    browser.press_button("#tools", "Rules").await;
    browser.press_button("#rules .rules", "Remove").await;
    browser.until_text("#rules", "No rules").await;
    assert_eq!(answer().0, 200);
    assert_ne!(newest()["reason"], "rule");
    assert_eq!(browser.console().await, [""; 0]);
}
