//! The real tool, listening for the length of a case.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::http::{APP, KEY, TOKEN, event, request, send, webhook};

pub(crate) struct Tool {
    process: Child,
    /// The address of the page, with its token.
    pub(crate) page: String,
    /// Where webhooks go.
    pub(crate) receiver: SocketAddr,
}

impl Tool {
    /// Starts `listen` with one app and these further arguments.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let (app, key) = (format!("{APP}:{TOKEN}"), format!("{APP}:{KEY}"));
        Self::run(&[&["--app", &app, "--event-key", &key], arguments].concat())
    }

    /// Starts `listen --demo`.
    pub(crate) fn demo() -> Self {
        Self::run(&["--demo"])
    }

    fn run(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_tencent-webhook"))
            .args(["listen", "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tool starts");
        let stderr = BufReader::new(process.stderr.take().expect("its stderr"));
        let (sender, addresses) = mpsc::channel();
        // Reads on, so that the tool never waits for us.
        thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                for word in line
                    .split_whitespace()
                    .filter(|word| word.contains("?token="))
                {
                    let _ = sender.send(word.to_owned());
                }
            }
        });
        let page = addresses
            .recv_timeout(Duration::from_secs(30))
            .expect("the address of the page");
        let mut tool = Self {
            process,
            page,
            receiver: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let about = tool.api("/api/about");
        let receiver = about["address"]
            .as_str()
            .and_then(|address| address.strip_prefix("http://"));
        tool.receiver = receiver
            .and_then(|address| address.parse().ok())
            .expect("an address");
        tool
    }

    /// The address of the page's server.
    pub(crate) fn page_address(&self) -> SocketAddr {
        let address = self
            .page
            .strip_prefix("http://")
            .and_then(|page| page.split_once('/'));
        address
            .and_then(|(address, _)| address.parse().ok())
            .expect("an address")
    }

    /// The token of the page.
    pub(crate) fn token(&self) -> &str {
        self.page.split_once("?token=").expect("a token").1
    }

    /// What the API answers to a GET.
    pub(crate) fn api(&self, path: &str) -> Value {
        let authorization = format!("authorization: Bearer {}\r\n", self.token());
        let (status, body) = send(
            self.page_address(),
            &request("GET", path, &authorization, ""),
        );
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).expect("JSON")
    }

    /// The rows, newest first.
    pub(crate) fn rows(&self) -> Vec<Value> {
        let rows = self.api("/api/deliveries");
        rows.as_array().expect("a list").clone()
    }

    /// Sends a webhook of either envelope and gives the status.
    pub(crate) fn send(&self, command: &str, body: &str) -> u16 {
        let request = match command.starts_with("TRTC.") {
            true => event(body),
            false => webhook(command, body),
        };
        send(self.receiver, &request).0
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
