//! Without a mouse.

use fantoccini::key::Key;
use tower_tencent_webhook::testing::sample_body;

use crate::{browser::Browser, tool::Tool};

const BEFORE: &str = "Group.CallbackBeforeSendMsg";

pub(crate) async fn everything_can_be_done_by_keys(browser: &Browser) {
    let tool = Tool::start(&[]);
    browser.goto(&tool.page).await;
    browser.until_text("#live", "live").await;
    for command in ["State.StateChange", BEFORE, "Group.CallbackAfterSendMsg"] {
        tool.send(command, sample_body(command).expect("a sample"));
    }
    browser
        .until("document.querySelectorAll('#list li').length === 3")
        .await;

    // From the newest on, one by one, and back.
    browser.keys("j").await;
    browser
        .until_text("[aria-selected=true]", "Group.CallbackAfterSendMsg")
        .await;
    browser.key(Key::Down).await;
    browser.until_text("[aria-selected=true]", BEFORE).await;
    browser.keys("jk").await;
    browser.until_text("[aria-selected=true]", BEFORE).await;
    browser.until_text("#detail h2", BEFORE).await;
    browser.key(Key::Enter).await;
    browser
        .until("document.activeElement.id === 'detail'")
        .await;
    browser
        .until("document.querySelector('#raw pre').checkVisibility()")
        .await;
    let active = "document.activeElement";
    let outline = format!(
        "getComputedStyle({active}).outlineStyle !== 'none' || getComputedStyle({active}).boxShadow !== 'none'"
    );
    browser.until(&outline).await;
    browser.key(Key::Escape).await;
    browser.until("document.activeElement.id === 'list'").await;

    browser.keys("r").await;
    browser
        .until("document.querySelectorAll('#list li').length === 4")
        .await;
    browser.until_text("#detail .facts", "#4").await;
    browser.keys("e").await;
    browser
        .until("document.activeElement.tagName === 'TEXTAREA'")
        .await;
    let control = char::from(Key::Control);
    browser.chord(control, char::from(Key::Enter)).await;
    browser.until("!document.querySelector('dialog')").await;
    browser.until_text("#detail .facts", "#5").await;
    browser.keys("c").await;
    browser.until_text("#copy-text", "curl").await;
    browser.key(Key::Escape).await;
    browser.until("!document.querySelector('dialog')").await;
    browser.keys("p").await;
    browser.until_text("[aria-selected=true]", "pinned").await;
    browser.keys("p").await;
    browser
        .until("!document.querySelector('[aria-selected=true]').textContent.includes('pinned')")
        .await;

    // A rule: the command is filled in, the first choice is refused, Enter sets it.
    browser.keys("u").await;
    browser.until("document.activeElement.name === 'do'").await;
    browser.keys("r").await;
    browser.key(Key::Tab).await;
    browser
        .until("document.activeElement.name === 'code'")
        .await;
    browser.key(Key::Enter).await;
    browser.until_text("#rules li", BEFORE).await;
    browser.key(Key::Escape).await;
    browser.until("!document.querySelector('dialog')").await;
    browser.until_text("#tools", "Rules · 1").await;
    browser.keys("R").await;
    browser
        .until("document.querySelector('dialog#rules')")
        .await;
    browser.key(Key::Escape).await;
    browser.until("!document.querySelector('dialog')").await;

    browser.keys("/").await;
    browser
        .until("document.activeElement.id === 'search'")
        .await;
    browser.keys("jrx").await;
    browser
        .until("document.querySelector('#search').value === 'jrx'")
        .await;
    browser.until_text("#empty", "Nothing matches").await;
    browser.key(Key::Escape).await;
    browser.until("document.activeElement.id === 'list'").await;
    browser.keys("?").await;
    browser
        .until_text("dialog#help", "next, previous webhook")
        .await;
    browser.key(Key::Escape).await;
    browser.until("!document.querySelector('dialog')").await;
    browser.keys("s").await;
    browser.until_text("#tools", "Resume").await;
    browser.keys("s").await;
    browser.until_text("#tools", "Pause").await;
    browser.keys("l").await;
    browser.until_text("#tools", "暂停").await;
    browser.keys("lx").await;
    browser
        .until("document.querySelectorAll('#list li').length === 0")
        .await;
    assert_eq!(
        tool.rows().len(),
        5,
        "no key typed into the search field did anything else"
    );
    assert_eq!(browser.console().await, [""; 0]);
}
