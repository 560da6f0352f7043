//! What those need who do not see the page, or use no mouse: names, and a focus that stays.

use fantoccini::key::Key;
use tower_tencent_webhook::testing::sample_body;

use crate::{
    browser::Browser,
    http::{request, send},
    tool::Tool,
};

const COMMAND: &str = "Group.CallbackBeforeSendMsg";

async fn one_row(browser: &Browser, tool: &Tool) {
    browser.goto(&tool.page).await;
    browser.until_text("#live", "live").await;
    let body = sample_body(COMMAND).expect("a sample");
    assert_eq!(tool.send(COMMAND, body), 200);
    browser.until("document.querySelector('#row-1')").await;
}

pub(crate) async fn a_filter_stays_the_same_while_rows_come_and_go(browser: &Browser) {
    let tool = Tool::start(&[]);
    one_row(browser, &tool).await;
    browser
        .js("window.choice = document.querySelector('#choices select'); choice.focus()")
        .await;
    browser.until("choice.options.length === 2").await;
    let other = "State.StateChange";
    tool.send(other, sample_body(other).expect("a sample"));
    browser
        .until("choice.options.length === 3 && document.activeElement === choice")
        .await;
    // What is no longer kept cannot be filtered by, but what is filtered by can.
    browser
        .js(&format!(
            "choice.value = {other:?}; choice.dispatchEvent(new Event('change'))"
        ))
        .await;
    browser.press_button("#tools", "Clear").await;
    browser.until("choice.options.length === 2").await;
    assert_eq!(browser.js("return choice.value").await, other);
    assert_eq!(browser.console().await, [""; 0]);
}

pub(crate) async fn a_button_keeps_the_focus_and_says_what_it_does_now(browser: &Browser) {
    let tool = Tool::start(&[]);
    one_row(browser, &tool).await;
    let focused = "document.activeElement.textContent.trim()";
    // A list without a selection shows the focus itself.
    browser.js("document.querySelector('#list').focus()").await;
    browser.key(Key::Shift).await; // a key, so that the focus is one of the keyboard
    browser
        .until("getComputedStyle(document.activeElement).outlineStyle === 'solid'")
        .await;
    browser.keys("j").await;
    browser.until_text("#detail .actions", "Pin").await;
    browser
        .js("document.querySelector('[data-name=pin]').focus()")
        .await;
    browser.key(Key::Enter).await;
    browser
        .until(&format!("{focused}.startsWith('Unpin')"))
        .await;
    browser.key(Key::Enter).await;
    browser.until(&format!("{focused}.startsWith('Pin')")).await;
    assert_eq!(browser.console().await, [""; 0]);
}

pub(crate) async fn every_part_has_a_name(browser: &Browser) {
    let tool = Tool::start(&[]);
    one_row(browser, &tool).await;
    browser.click("#row-1").await;
    browser.until_text("#detail .reply", "ActionStatus").await;
    // The elements that need a name, and have none.
    let nameless = "const text = (id) => document.getElementById(id)?.textContent ?? '';
        const name = (element) => element.getAttribute('aria-label') || text(element.getAttribute('aria-labelledby'));
        return [...document.querySelectorAll('[role=toolbar], [role=search], [role=listbox], dialog, table, pre, select')]
            .filter((element) => !name(element)).map((element) => element.outerHTML.slice(0, 80))";
    assert_eq!(browser.js(nameless).await, serde_json::json!([]));
    for (keys, dialog) in [("c", "copy"), ("?", "help"), ("R", "rules")] {
        browser.keys(keys).await;
        browser
            .until(&format!("document.querySelector('dialog#{dialog}')"))
            .await;
        assert_eq!(
            browser.js(nameless).await,
            serde_json::json!([]),
            "{dialog}"
        );
        browser.key(Key::Escape).await;
        browser.until("!document.querySelector('dialog')").await;
    }
    let names = "return new Set([...document.querySelectorAll('[role=toolbar]')].map((bar) => bar.getAttribute('aria-label'))).size";
    assert_eq!(browser.js(names).await, 2, "each its own");
    assert_eq!(browser.console().await, [""; 0]);
}

pub(crate) async fn a_rule_of_somebody_else_is_seen(browser: &Browser) {
    let tool = Tool::start(&[]);
    one_row(browser, &tool).await;
    let rule = |method: &str| {
        let headers = format!("authorization: Bearer {}\r\n", tool.token());
        let body = if method == "PUT" {
            r#"{"do":"allow"}"#
        } else {
            ""
        };
        let request = request(method, &format!("/api/rules/{COMMAND}"), &headers, body);
        send(tool.page_address(), &request).0
    };
    let body = sample_body(COMMAND).expect("a sample");
    assert_eq!(rule("PUT"), 204);
    tool.send(COMMAND, body);
    browser.until_text("#tools", "Rules · 1").await;
    assert_eq!(rule("DELETE"), 204);
    tool.send(COMMAND, body);
    browser
        .until("!document.querySelector('#tools').textContent.includes('Rules ·')")
        .await;
    // The dialog asks anew, too.
    assert_eq!(rule("PUT"), 204);
    browser.keys("R").await;
    browser.until_text("#rules li", COMMAND).await;
    assert_eq!(browser.console().await, [""; 0]);
}
