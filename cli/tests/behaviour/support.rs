//! Runs the tool, and speaks HTTP to it.

use std::{
    process::{Output, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    sync::watch,
};
use tower_tencent_webhook::testing::WebhookRequest;

/// The three fields that let an action pass, or acknowledge it.
pub(crate) const OK: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;
pub(crate) const BEFORE: &str = "Group.CallbackBeforeSendMsg";
pub(crate) const AFTER: &str = "Group.CallbackAfterSendMsg";
/// The shortest body of a group message.
pub(crate) const MESSAGE: &str =
    r#"{"GroupId":"g","Type":"Live","From_Account":"mei","MsgBody":[]}"#;

/// A bound for what has to happen. Nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect(what)
}

/// The tool, without apps in its environment.
pub(crate) fn tool(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tencent-webhook"));
    for name in ["TENCENT_WEBHOOK_APPS", "TENCENT_WEBHOOK_EVENT_KEYS"] {
        command.env_remove(name).env_remove(format!("{name}_FILE"));
    }
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// What a run of the tool printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) async fn run(arguments: &[&str]) -> Ran {
    finish(tool(arguments)).await
}

pub(crate) async fn finish(mut command: Command) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = soon("the end", command.output()).await.expect("it runs");
    Ran {
        code: status.code(),
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// A response, read to its end.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

/// Sends a request over a connection of its own.
pub(crate) async fn send(request: Request<Bytes>) -> Response {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let exchange = async {
        let response = client
            .request(request.map(Full::new))
            .await
            .expect("a response");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Response {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.into()).expect("UTF-8"),
        }
    };
    soon("a response", exchange).await
}

/// A running `listen`.
pub(crate) struct Listen {
    pub(crate) child: Child,
    /// Where webhooks are received: `127.0.0.1:1234`.
    pub(crate) address: String,
    /// Where the page is.
    pub(crate) page: String,
    pub(crate) token: String,
    stdout: Option<Lines<BufReader<ChildStdout>>>,
    log: Arc<Mutex<String>>,
    logged: watch::Receiver<()>,
}

impl Listen {
    pub(crate) async fn start(arguments: &[&str]) -> Self {
        let mut command = tool(&["listen"]);
        command.args(arguments);
        Self::spawn(command).await
    }

    /// Starts it on free ports, and waits until it serves.
    pub(crate) async fn spawn(mut command: Command) -> Self {
        let mut child = command
            .args(["--listen", "127.0.0.1:0", "--page", "127.0.0.1:0"])
            .spawn()
            .expect("it runs");
        let stdout = child
            .stdout
            .take()
            .map(|stdout| BufReader::new(stdout).lines());
        let mut stderr = BufReader::new(child.stderr.take().expect("piped")).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let (sender, logged) = watch::channel(());
        let written = Arc::clone(&log);
        // Reads to the end, so that the tool never waits for it.
        tokio::spawn(async move {
            while let Ok(Some(line)) = stderr.next_line().await {
                written.lock().expect("not poisoned").extend([&line, "\n"]);
                let _ = sender.send(());
            }
        });
        let mut listen = Self {
            child,
            address: String::new(),
            page: String::new(),
            token: String::new(),
            stdout,
            log,
            logged,
        };
        listen.address = listen.logged("listening on http://").await;
        let page = listen.logged("page: http://").await;
        let (page, token) = page.split_once("/?token=").expect("a token");
        (listen.page, listen.token) = (page.to_owned(), token.to_owned());
        listen
    }

    /// All of stderr up to now.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("not poisoned").clone()
    }

    /// Waits for the text on stderr, and gives the rest of its line.
    pub(crate) async fn logged(&mut self, text: &str) -> String {
        let found = async {
            loop {
                let log = self.log();
                let line = log.lines().find_map(|line| line.split_once(text));
                if let Some((_, rest)) = line {
                    return rest.to_owned();
                }
                assert!(self.logged.changed().await.is_ok(), "no {text:?}: {log}");
            }
        };
        soon(text, found).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The next line of stdout.
    pub(crate) async fn line(&mut self) -> Value {
        let lines = self.stdout.as_mut().expect("stdout is open");
        let line = soon("a line", lines.next_line()).await;
        let line = line.expect("UTF-8").expect("a line");
        assert!(!line.contains('\r'), "{line}");
        serde_json::from_str(&line).expect("JSON")
    }

    /// Stops reading stdout.
    pub(crate) fn close_stdout(&mut self) {
        self.stdout = None;
    }

    /// Sends a webhook of an app that does not sign.
    pub(crate) async fn deliver(
        &self,
        app: u64,
        command: &str,
        body: impl Into<Bytes>,
    ) -> Response {
        self.webhook(WebhookRequest::new(app, command), body).await
    }

    pub(crate) async fn webhook(
        &self,
        webhook: WebhookRequest,
        body: impl Into<Bytes>,
    ) -> Response {
        let request = Request::post(self.url(&webhook.path_and_query()));
        send(request.body(body.into()).expect("a request")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        send(
            Request::get(self.url(path))
                .body(Bytes::new())
                .expect("a request"),
        )
        .await
    }

    /// A request to the page's API, with its token.
    pub(crate) async fn api(&self, method: Method, path: &str, body: &str) -> Response {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}/api{path}", self.page))
            .header("authorization", format!("Bearer {}", self.token))
            .body(Bytes::from(body.to_owned()));
        send(request.expect("a request")).await
    }

    /// JSON of the API.
    pub(crate) async fn read(&self, path: &str) -> Value {
        let response = self.api(Method::GET, path, "").await;
        assert_eq!(response.status, StatusCode::OK, "{path}: {}", response.body);
        response.json()
    }

    /// The newest row.
    pub(crate) async fn newest(&self) -> Value {
        self.read("/deliveries").await[0].take()
    }

    /// Waits for a row with this id in this state.
    pub(crate) async fn row(&self, id: u64, end: &str) -> Value {
        let found = async {
            loop {
                let detail = self
                    .api(Method::GET, &format!("/deliveries/{id}"), "")
                    .await;
                if detail.status == StatusCode::OK && detail.json()["end"] == end {
                    return detail.json();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        soon(end, found).await
    }

    pub(crate) async fn signal(&self, signal: &str) {
        let id = self.child.id().expect("running").to_string();
        let sent = Command::new("kill").args([signal, &id]).status().await;
        assert!(sent.expect("it runs").success());
    }

    /// Waits for the end: its exit code, what was left on stdout, and all of stderr.
    pub(crate) async fn end(mut self) -> (Option<i32>, Vec<String>, String) {
        let mut lines = Vec::new();
        if let Some(stdout) = &mut self.stdout {
            while let Some(line) = soon("the end", stdout.next_line()).await.expect("UTF-8") {
                lines.push(line);
            }
        }
        let status = soon("the end", self.child.wait()).await.expect("it ends");
        while self.logged.changed().await.is_ok() {}
        (status.code(), lines, self.log())
    }

    /// Ends it by SIGTERM.
    pub(crate) async fn stop(self) -> (Option<i32>, Vec<String>, String) {
        self.signal("-TERM").await;
        self.end().await
    }
}
