//! Who gets the page: only those who have its token, and no other site.

use crate::{
    browser::Browser,
    http::{request, send},
    tool::Tool,
};

pub(crate) fn strangers_are_turned_away() {
    let tool = Tool::start(&[]);
    let bearer = format!("authorization: Bearer {}\r\n", tool.token());
    let ask = |method: &str, target: &str, headers: &str| {
        send(tool.page_address(), &request(method, target, headers, "")).0
    };
    let with_token = format!("/?token={}", tool.token());
    assert_eq!(ask("GET", &with_token, ""), 200);
    assert_eq!(ask("GET", "/api/deliveries", &bearer), 200);

    // A name that somebody made point here.
    let elsewhere =
        format!("GET {with_token} HTTP/1.1\r\nhost: rebound.example\r\nconnection: close\r\n\r\n");
    assert_eq!(send(tool.page_address(), elsewhere.as_bytes()).0, 403);
    // No token, a wrong one.
    for target in [
        "/",
        "/?token=",
        "/?token=wrong",
        "/api/deliveries",
        "/api/events",
        "/api/about",
    ] {
        assert_eq!(ask("GET", target, ""), 401, "{target}");
    }
    assert_eq!(ask("POST", "/api/trigger", ""), 401);
    // A form of another site, even with the token.
    let cross = format!("{bearer}origin: https://evil.example\r\nsec-fetch-site: cross-site\r\n");
    assert_eq!(ask("POST", "/api/trigger", &cross), 403);
    assert_eq!(ask("DELETE", "/api/rules/State.StateChange", &cross), 403);
    // The page is not on the address of the webhooks.
    let (status, body) = send(tool.receiver, &request("GET", &with_token, "", ""));
    assert!(status != 200 && !body.contains("<script"), "{status}");
}

pub(crate) async fn the_token_leaves_the_address_bar_and_a_reload_works(browser: &Browser) {
    let tool = Tool::start(&[]);
    browser.goto(&tool.page).await;
    browser.until_text("#live", "live").await;
    let address = browser.js("return location.href").await;
    assert_eq!(address, format!("http://{}/", tool.page_address()));
    let document = browser
        .js("return document.documentElement.outerHTML")
        .await;
    assert!(!document.as_str().expect("text").contains(tool.token()));
    assert_eq!(
        browser.console().await,
        [""; 0],
        "the page loads without any error"
    );

    browser.js("location.reload()").await;
    browser.until_text("#live", "live").await;
    assert_eq!(browser.js("return location.href").await, address);

    // Another tab does not know it.
    browser
        .js("sessionStorage.clear(); location.reload()")
        .await;
    browser
        .until_text("main", "holds the token of this page")
        .await;
    // A wrong one is not tried for ever.
    browser
        .goto(&format!("http://{}/?token=wrong", tool.page_address()))
        .await;
    browser
        .until_text("main", "holds the token of this page")
        .await;

    // When the tool ends, the page says so.
    browser.goto(&tool.page).await;
    browser.until_text("#live", "live").await;
    drop(tool);
    browser
        .until("document.querySelector('#live').className !== 'live'")
        .await;
}
