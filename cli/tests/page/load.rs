//! Many webhooks at once.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use crate::{
    browser::Browser,
    http::{send, webhook},
    say,
    tool::Tool,
};

const COMMAND: &str = "Group.CallbackAfterSendMsg";
const BODY: &str = r#"{"GroupId":"g","Type":"Live","From_Account":"mei","MsgBody":[]}"#;
/// A hundred a second for ten seconds.
const WEBHOOKS: usize = 1000;
const PAUSE: Duration = Duration::from_millis(10);
/// As many rows as the page keeps.
const MOST: usize = 1000;
const ROWS: &str = "document.querySelectorAll('#list li').length";
const LOST: &str = "document.querySelector('#notice').textContent.includes('rows were lost')";

/// Sends webhooks, and gives how long each took to be answered; all must be.
fn deliver(receiver: SocketAddr, webhooks: usize, pause: Duration) -> Vec<Duration> {
    (0..webhooks)
        .map(|_| {
            thread::sleep(pause);
            let sent = Instant::now();
            assert_eq!(send(receiver, &webhook(COMMAND, BODY)).0, 200);
            sent.elapsed()
        })
        .collect()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The page starts with a thousand rows. Every webhook is answered about as quickly as without the
/// page, and meanwhile the page takes keys and draws what they do.
pub(crate) async fn a_hundred_webhooks_a_second_leave_receiver_and_page_at_work(browser: &Browser) {
    // What is selected stays there, however many come.
    let tool = Tool::start(&["--keep", "5000"]);
    let receiver = tool.receiver;
    let alone = thread::spawn(move || deliver(receiver, WEBHOOKS, PAUSE));
    let alone = median(alone.join().expect("the sender"));
    browser.goto(&tool.page).await;
    browser.until_text("#live", "live").await;
    // The API lists 200; the others arrive live, or are lost.
    let fill = thread::spawn(move || deliver(receiver, MOST - 200, PAUSE / 5));
    fill.join().expect("the sender");
    browser.until(&format!("{ROWS} === {MOST} || {LOST}")).await;

    let sender = thread::spawn(move || deliver(receiver, WEBHOOKS, PAUSE));
    browser.keys("j").await;
    let mut handled = 0;
    while !sender.is_finished() {
        // None is selected once its row is one of the oldest.
        let selected = "(document.querySelector('[aria-selected=true]')?.id ?? '')";
        let before = browser.js(&format!("return {selected}")).await;
        browser.keys("j").await;
        browser.until(&format!("{selected} !== {before}")).await;
        browser.keys("k").await;
        handled += 1;
    }
    let watched = median(sender.join().expect("the sender"));
    say(&format!(
        "page: a webhook is answered within {alone:?}, with the page open {watched:?} (medians)"
    ));
    // Far more than noise, far less than a receiver that waits for its page.
    assert!(watched < alone * 20 + Duration::from_millis(200));
    assert!(handled > 5, "the page took keys {handled} times");

    // All arrived, or the page was told how many did not.
    let last = WEBHOOKS + MOST - 200 + WEBHOOKS;
    browser
        .until(&format!("document.querySelector('#row-{last}')"))
        .await;
    let complete = format!("return {ROWS} === {MOST} || {LOST}");
    assert_eq!(browser.js(&complete).await, true);
    let answered = tool.api("/api/deliveries?end=answered");
    assert_eq!(answered.as_array().map(Vec::len), Some(200));
    assert_eq!(browser.console().await, [""; 0]);
}
