//! The list: filters, pins, pause, and what happens when the connection breaks.

use std::{
    io::{Read, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use tower_tencent_webhook::testing::sample_body;

use crate::{
    browser::Browser,
    http::{request, send},
    tool::Tool,
};

const ROWS: &str = "document.querySelectorAll('#list li').length";

fn sample(command: &str) -> &'static str {
    sample_body(command).expect("a sample")
}

/// Chooses an option of the filter named `label`.
async fn choose(browser: &Browser, label: &str, value: &str) {
    let script = format!(
        "const choice = document.querySelector(`#choices select[aria-label={label:?}]`);
         choice.value = {value:?}; choice.dispatchEvent(new Event('change')); return choice.value"
    );
    assert_eq!(browser.js(&script).await, value);
}

pub(crate) async fn filters_narrow_the_list_and_find_text_in_bodies(browser: &Browser) {
    let tool = Tool::start(&[]);
    browser.goto(&tool.page).await;
    tool.send("State.StateChange", sample("State.StateChange"));
    tool.send(
        "Group.CallbackAfterSendMsg",
        r#"{"GroupId":"needle","Type":"Live","From_Account":"a","MsgBody":[]}"#,
    );
    tool.send(
        "Group.CallbackAfterSendMsg",
        sample("Group.CallbackAfterSendMsg"),
    );
    send(tool.receiver, &request("GET", "/", "", ""));
    browser.until(&format!("{ROWS} === 4")).await;

    choose(browser, "Command", "Group.CallbackAfterSendMsg").await;
    browser.until(&format!("{ROWS} === 2")).await;
    browser.keys("/needle").await;
    browser.until(&format!("{ROWS} === 1")).await;
    // A row that fits arrives live, one that does not stays away.
    tool.send(
        "Group.CallbackAfterSendMsg",
        sample("Group.CallbackAfterSendMsg"),
    );
    tool.send(
        "Group.CallbackAfterSendMsg",
        r#"{"GroupId":"needle","Type":"Live","From_Account":"b","MsgBody":[]}"#,
    );
    browser.until(&format!("{ROWS} === 2")).await;
    browser.js("document.querySelector('#search').value = ''; document.querySelector('#search').dispatchEvent(new Event('input'))").await;
    browser.until(&format!("{ROWS} === 4")).await;

    choose(browser, "Command", "").await;
    choose(browser, "Outcome", "not_a_webhook").await;
    browser.until(&format!("{ROWS} === 1")).await;
    choose(browser, "App", "1400000000").await;
    browser
        .until_text("#empty", "Nothing matches the filters")
        .await;
    choose(browser, "Outcome", "").await;
    browser.until(&format!("{ROWS} === 5")).await;
    assert_eq!(browser.console().await, [""; 0]);
}

pub(crate) async fn pins_stay_when_the_list_is_cleared_and_a_pause_holds_rows_back(
    browser: &Browser,
) {
    let tool = Tool::start(&[]);
    browser.goto(&tool.page).await;
    for _ in 0..3 {
        tool.send("State.StateChange", sample("State.StateChange"));
    }
    browser.until(&format!("{ROWS} === 3")).await;
    browser.click("#list li:last-child").await;
    browser.until_text("#detail .actions", "Pin").await;
    browser.press_button("#detail .actions", "Pin").await;
    browser
        .until("document.querySelector('#list li').textContent.includes('pinned')")
        .await;
    browser.press_button("#tools", "Clear").await;
    browser.until(&format!("{ROWS} === 1")).await;
    browser.until_text("#list li", "pinned").await;

    browser.press_button("#tools", "Pause").await;
    for _ in 0..2 {
        tool.send("State.StateChange", sample("State.StateChange"));
    }
    browser.until_text("#tools", "2 waiting").await;
    assert_eq!(browser.js(&format!("return {ROWS}")).await, 1);
    browser.press_button("#tools", "Resume").await;
    browser.until(&format!("{ROWS} === 3")).await;
    assert_eq!(browser.console().await, [""; 0]);
}

pub(crate) async fn a_broken_connection_resumes_where_it_was(browser: &Browser) {
    let tool = Tool::start(&[]);
    let between = Between::start(tool.page_address());
    let page = tool.page.replace(
        &tool.page_address().to_string(),
        &between.address.to_string(),
    );
    browser.goto(&page).await;
    // From now on rows come as events, whose ids the browser remembers.
    browser.until_text("#live", "live").await;
    tool.send("State.StateChange", sample("State.StateChange"));
    browser.until(&format!("{ROWS} === 1")).await;

    between.cut();
    browser.until_text("#live", "connecting").await;
    for _ in 0..3 {
        tool.send("State.StateChange", sample("State.StateChange"));
    }
    between.mend();
    browser.until_text("#live", "live").await;
    browser.until(&format!("{ROWS} === 4")).await;
    assert!(
        between.heard("last-event-id: 1"),
        "the browser resumes after the row that it had"
    );
}

/// A wire to the page that can be cut.
struct Between {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    is_cut: bool,
    open: Vec<TcpStream>,
    heard: String,
}

impl Between {
    fn start(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("an address");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let mut now = shared.lock().expect("the state");
                if now.is_cut {
                    continue;
                }
                let server = TcpStream::connect(target).expect("a connection");
                now.open
                    .extend([&client, &server].map(|stream| stream.try_clone().expect("a handle")));
                let heard = Arc::clone(&shared);
                let (from, to) = (
                    client.try_clone().expect("a handle"),
                    server.try_clone().expect("a handle"),
                );
                thread::spawn(move || {
                    copy(from, to, |bytes| {
                        heard.lock().expect("the state").heard += &String::from_utf8_lossy(bytes);
                    })
                });
                thread::spawn(move || copy(server, client, |_| {}));
            }
        });
        Self { address, state }
    }

    fn cut(&self) {
        let mut state = self.state.lock().expect("the state");
        state.is_cut = true;
        for stream in state.open.drain(..) {
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
    }

    fn mend(&self) {
        self.state.lock().expect("the state").is_cut = false;
    }

    fn heard(&self, text: &str) -> bool {
        self.state
            .lock()
            .expect("the state")
            .heard
            .to_lowercase()
            .contains(text)
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream, hear: impl Fn(&[u8])) {
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        hear(&buffer[..length]);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}
