//! The example `receiver` in processes of their own.

use std::{
    collections::HashMap,
    env, fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::PATIENCE;

#[path = "../../examples/receiver/client.rs"]
mod client;

pub(crate) use self::client::{APP, Client, TOKEN, message};

/// What runs as the receiver.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    path: PathBuf,
    first: Option<&'static str>,
}

impl Program {
    /// The example.
    pub(crate) fn example() -> Self {
        let mut path = env::current_exe().expect("a path");
        path.pop();
        path.pop();
        path.push("examples/receiver");
        assert!(path.exists(), "build it: cargo build --example receiver");
        Self { path, first: None }
    }

    /// This program itself, with `receiver` as its first argument.
    pub(crate) fn this() -> Self {
        Self {
            path: env::current_exe().expect("a path"),
            first: Some("receiver"),
        }
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(self.first).stdin(Stdio::null());
        command
    }

    /// A receiver of the app, on a port of its own.
    pub(crate) fn receive(&self, store: &str, log: &Path) -> Command {
        let mut command = self.command();
        command
            .args([
                "--listen",
                "127.0.0.1:0",
                "--app",
                &format!("{APP}:{TOKEN}"),
            ])
            .args(["--store", store, "--log"])
            .arg(log);
        command
    }
}

/// A receiver that runs; it is killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Receiver {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Receiver {
    /// Starts it and waits until it listens.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.expect("a receiver that listens");
        Self {
            process,
            address: address.parse().expect("an address"),
        }
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.address).await.expect("a connection")
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn kill(&mut self) {
        let _ = self.process.kill(); // it may have ended
        let _ = self.process.wait();
    }

    /// Sends SIGTERM and waits for the end.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        let id = self.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.expect("kill").success());
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("its end") {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The log of receivers: for each message its keys, and for each of them the attempts.
pub(crate) fn handled(log: &Path) -> HashMap<u64, HashMap<String, Vec<u64>>> {
    let mut handled: HashMap<_, HashMap<_, Vec<_>>> = HashMap::new();
    let text = fs::read_to_string(log).unwrap_or_default();
    // The last line may be on its way.
    for line in text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
    {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        let message = line["MsgSeq"].as_u64().expect("a message");
        let key = line["event_key"].as_str().expect("a key").to_owned();
        let attempt = line["attempt"].as_u64().expect("an attempt");
        handled
            .entry(message)
            .or_default()
            .entry(key)
            .or_default()
            .push(attempt);
    }
    handled
}
