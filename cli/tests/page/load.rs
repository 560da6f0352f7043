//! Many webhooks at once.

use std::{thread, time::Duration};

use crate::{
    browser::Browser,
    http::{send, webhook},
    tool::Tool,
};

const COMMAND: &str = "Group.CallbackAfterSendMsg";
const BODY: &str = r#"{"GroupId":"g","Type":"Live","From_Account":"mei","MsgBody":[]}"#;
/// A hundred a second for ten seconds.
const WEBHOOKS: usize = 1000;
const PAUSE: Duration = Duration::from_millis(10);

/// Nothing is timed: the work is counted. Every webhook is answered, and meanwhile the page takes
/// keys and draws what they do.
pub(crate) async fn a_hundred_webhooks_a_second_leave_receiver_and_page_at_work(browser: &Browser) {
    let tool = Tool::start(&[]);
    browser.goto(&tool.page).await;
    browser.until_text("#live", "live").await;
    let receiver = tool.receiver;
    let sender = thread::spawn(move || {
        (0..WEBHOOKS)
            .filter(|_| {
                thread::sleep(PAUSE);
                send(receiver, &webhook(COMMAND, BODY)).0 == 200
            })
            .count()
    });
    browser.until("document.querySelector('#row-10')").await;
    browser.keys("j").await;
    let mut handled = 0;
    while !sender.is_finished() {
        for key in ["j", "k"] {
            let selected = "document.querySelector('[aria-selected=true]').id";
            let before = browser.js(&format!("return {selected}")).await;
            browser.keys(key).await;
            browser.until(&format!("{selected} !== {before}")).await;
        }
        handled += 1;
    }
    assert_eq!(
        sender.join().expect("the sender"),
        WEBHOOKS,
        "every webhook is answered"
    );
    assert!(handled > 5, "the page took keys {handled} times");

    // All arrived, or the page was told how many did not.
    browser
        .until(&format!("document.querySelector('#row-{WEBHOOKS}')"))
        .await;
    let rows = browser
        .js("return document.querySelectorAll('#list li').length")
        .await;
    let told = browser.text("#notice").await;
    assert!(
        rows == WEBHOOKS || told.contains("rows were lost"),
        "{rows} rows, {told:?}"
    );
    let slow = tool.api("/api/deliveries?end=answered");
    assert_eq!(slow.as_array().map(Vec::len), Some(200));
    assert_eq!(browser.console().await, [""; 0]);
}
