//! Markup where chat text is.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    http::{request, send},
    tool::Tool,
};

const MARKUP: &str = r#""><img src=x onerror="window.broken=1"><script>window.broken=1</script><style>*{display:none}</style>{{7*7}}javascript:window.broken=1"#;

/// Every string leaf gets markup, at its end too, so that what must be a certain word stays rare.
fn poison(value: &mut Value) {
    match value {
        Value::String(text) => text.push_str(MARKUP),
        Value::Array(values) => values.iter_mut().for_each(poison),
        Value::Object(members) => members.values_mut().for_each(poison),
        _ => {}
    }
}

pub(crate) async fn markup_in_every_text_stays_text(browser: &Browser) {
    let tool = Tool::start(&[]);
    // Little is painted, so that all of it is soon drawn.
    browser.look("light", "en-US", 360, 240).await;
    browser.goto(&tool.page).await;
    browser.until_text("#live", "live").await;
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let mut sent = 0;
    for fixture in fs::read_dir(fixtures).expect("the fixtures") {
        let path = fixture.expect("a file").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        let command: Vec<_> = name.split('.').take(2).collect();
        let mut body: Value = match serde_json::from_slice(&fs::read(&path).expect("a fixture")) {
            Ok(body) => body,
            Err(_) => continue,
        };
        poison(&mut body);
        if let Some(command) = body.get_mut("CallbackCommand") {
            *command = command
                .as_str()
                .expect("text")
                .trim_end_matches(MARKUP)
                .into();
        }
        tool.send(&command.join("."), &body.to_string());
        sent += 1;
    }
    assert!(sent > 300, "{sent} fixtures");
    // In keys, in the path, the query and the headers, and as a command.
    let mut keys = serde_json::Map::new();
    keys.insert(MARKUP.to_owned(), json!(MARKUP));
    tool.send("State.StateChange", &Value::Object(keys).to_string());
    let escaped = "%22%3E%3Cimg%20src=x%20onerror=%22window.broken=1%22%3E";
    let headers = format!("x-markup: {MARKUP}\r\n");
    send(
        tool.receiver,
        &request("GET", &format!("/{escaped}?a={escaped}"), &headers, ""),
    );
    tool.send(escaped, "{}");
    tool.send(escaped, "<img src=x onerror=window.broken=1>");

    let newest = tool.rows()[0]["id"].as_u64().expect("an id");
    browser
        .until(&format!("document.querySelector('#row-{newest}')"))
        .await;
    let rows = browser
        .js("return document.querySelectorAll('#list li').length")
        .await
        .as_u64()
        .expect("a number");
    assert!(rows > 300, "{rows} rows");
    // Every row is opened, as fast as the page draws details.
    browser.js(
        "window.opened = 0;
         window.drawn = 0;
         new MutationObserver(() => { window.drawn += 1 }).observe(document.querySelector('#detail'), { childList: true });
         window.open = async (count) => {
             for (const row of [...document.querySelectorAll('#list li')].slice(window.opened, window.opened + count)) {
                 const before = window.drawn;
                 row.click();
                 while (window.drawn === before) await new Promise((done) => setTimeout(done, 2));
                 window.opened += 1;
             }
         }",
    )
    .await;
    for opened in (0..rows).step_by(50) {
        browser.js("window.open(50)").await;
        let expected = rows.min(opened + 50);
        browser
            .until(&format!("window.opened === {expected}"))
            .await;
    }
    // Again in the dialogs.
    for key in ["c", "e", "u"] {
        browser.keys(key).await;
        browser.until("document.querySelector('dialog')").await;
        browser.js("document.querySelector('dialog').close()").await;
        browser.until("!document.querySelector('dialog')").await;
    }
    browser.until("window.broken === undefined").await;
    browser
        .until("!document.querySelector('main img, main script, main style, dialog img')")
        .await;
    assert_eq!(
        browser.console().await,
        [""; 0],
        "no script ran, and the policy blocked nothing"
    );
}
