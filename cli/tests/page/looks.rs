//! What the page looks like: schemes, languages, widths, and the picture of the README.

use std::{env, fs, path::Path};

use serde_json::Value;

use crate::{browser::Browser, tool::Tool};

/// How far anything is wider than the page, in pixels.
const OVERFLOW: &str = "return Math.max(document.documentElement.scrollWidth - innerWidth,
    ...[...document.querySelectorAll('header, header *, #list *, #detail, #detail > *')]
        .filter((element) => element.checkVisibility() && !element.closest('select, svg'))
        .map((element) => Math.floor(element.getBoundingClientRect().right - innerWidth)))";

pub(crate) async fn dark_chinese_and_narrow_pages_are_complete(browser: &Browser) {
    let tool = Tool::demo();
    browser.look("dark", "zh-CN", 360, 740).await;
    browser.goto(&tool.page).await;
    browser
        .until("document.querySelectorAll('#list li').length > 20")
        .await;
    browser.until_text("#list .name", "群内发言之后回调").await;
    browser.until_text("#list .cause", "控制台").await;
    assert_eq!(
        browser.js("return document.documentElement.lang").await,
        "zh-CN"
    );
    browser.until_text("#list .end", "已应答").await;
    browser.until_text("#list .end", "已拒收").await;
    assert_eq!(browser.js(OVERFLOW).await, 0);
    assert!(lightness(browser).await < 60, "the paper is dark");

    // One pane at a time, there and back.
    browser.click("#list li:nth-child(2)").await;
    browser
        .until("document.querySelector('#raw')?.checkVisibility()")
        .await;
    browser
        .until("!document.querySelector('#list').checkVisibility()")
        .await;
    assert_eq!(browser.js(OVERFLOW).await, 0);
    browser.click("#detail .back").await;
    browser
        .until("document.querySelector('#list').checkVisibility()")
        .await;

    // The switch wins over the browser's languages, and is remembered.
    browser.press_button("#tools", "English").await;
    browser.until_text("#tools", "Pause").await;
    browser.goto(&tool.page).await;
    browser.until_text("#tools", "Pause").await;
    browser.look("light", "zh-CN", 1600, 900).await;
    browser
        .until("document.querySelectorAll('#list li').length > 20")
        .await;
    browser.click("#list li").await;
    browser.until("document.querySelector('#raw')?.checkVisibility() && document.querySelector('#list').checkVisibility()").await;
    assert_eq!(browser.js(OVERFLOW).await, 0);
    assert!(lightness(browser).await > 200, "the paper is light");
    browser.js("localStorage.clear()").await;
    assert_eq!(browser.console().await, [""; 0]);
}

pub(crate) async fn a_name_has_the_room_of_its_line(browser: &Browser) {
    let tool = Tool::start(&[]);
    let body = r#"{"EventGroupId":1,"EventType":103,"CallbackTs":0,"EventInfo":{}}"#;
    tool.send("TRTC.103", body);
    browser.look("light", "en-US", 1280, 800).await;
    browser.goto(&tool.page).await;
    browser.until("document.querySelector('#list .name')").await;
    let gap = "const name = document.querySelector('#list .name').getBoundingClientRect();
        const command = document.createRange();
        command.selectNodeContents(document.querySelector('#list .command'));
        return Math.round(name.left - command.getBoundingClientRect().right)";
    assert_eq!(browser.js(gap).await, 10, "only the gap is between them");
}

/// Of the page's background, 0 to 255.
async fn lightness(browser: &Browser) -> u64 {
    let script = "const shade = document.createElement('canvas').getContext('2d');
        shade.fillStyle = getComputedStyle(document.body).backgroundColor;
        shade.fillRect(0, 0, 1, 1);
        return shade.getImageData(0, 0, 1, 1).data[1]";
    browser.js(script).await.as_u64().expect("a number")
}

/// The picture of the README, saved only if `TENCENT_WEBHOOK_PICTURE` says so.
pub(crate) async fn the_demo_can_be_pictured(browser: &Browser) {
    let tool = Tool::demo();
    browser.look("light", "en-US", 1280, 800).await;
    browser.goto(&tool.page).await;
    browser
        .until("document.querySelectorAll('#list [data-end=rejected]').length > 0")
        .await;
    // The demo is over when nothing more arrives.
    let mut rows = Value::Null;
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let now = browser
            .js("return document.querySelectorAll('#list li').length")
            .await;
        if now == rows {
            break;
        }
        rows = now;
    }
    browser.js(
        "const rows = [...document.querySelectorAll('#list li')];
         const chosen = rows.find((row) => row.dataset.end === 'answered' && row.textContent.includes('Group.CallbackBeforeSendMsg'))
             ?? rows.find((row) => row.dataset.end === 'answered');
         chosen.click(); document.querySelector('#list-pane').scrollTop = 0",
    )
    .await;
    browser.until("document.querySelector('#raw pre')").await;
    let picture = browser.screenshot().await;
    assert!(picture.starts_with(b"\x89PNG"));
    if env::var_os("TENCENT_WEBHOOK_PICTURE").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/page.png");
        fs::write(path, picture).expect("the picture");
    }
}
