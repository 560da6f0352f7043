//! `inspector` and `trigger`, run as a user runs them.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    process::{Output, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStderr, ChildStdout, Command},
};
use tower_tencent_webhook::{
    Phase,
    event::{COMMANDS, Event},
    reply::ReplyKind,
};

use super::*;

/// A bound for what ought to happen soon. Nothing waits for it to pass.
const SOON: Duration = Duration::from_secs(60);

async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let Ok(output) = tokio::time::timeout(SOON, future).await else {
        unreachable!("{what} did not happen")
    };
    output
}

/// A command that runs an example, without apps in its environment.
pub(crate) fn example(name: &str) -> Command {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("target/<profile>/deps/<test>");
    let path: PathBuf = profile
        .join("examples")
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "run `cargo build --examples` first");
    let mut command = Command::new(path);
    command
        .env_remove("TENCENT_WEBHOOK_APPS")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn output(mut command: Command) -> Output {
    soon("the end", command.output()).await.expect("runs")
}

async fn trigger(arguments: &[&str]) -> Output {
    let mut command = example("trigger");
    command.args(arguments);
    output(command).await
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

pub(crate) async fn kill(child: &Child, signal: &str) {
    let id = child.id().expect("running").to_string();
    let sent = Command::new("kill").args([signal, &id]).status().await;
    assert!(sent.expect("runs").success());
}

/// A running inspector.
struct Inspector {
    child: Child,
    address: SocketAddr,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: Lines<BufReader<ChildStderr>>,
    log: String,
}

impl Inspector {
    async fn start(arguments: &[&str]) -> Self {
        let mut command = example("inspector");
        command.args(arguments);
        Self::spawn(command).await
    }

    /// Starts it on a free port, and waits until it listens.
    async fn spawn(mut command: Command) -> Self {
        let mut child = command
            .args(["--listen", "127.0.0.1:0"])
            .spawn()
            .expect("runs");
        let stdout = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut stderr = BufReader::new(child.stderr.take().expect("piped")).lines();
        let mut log = String::new();
        let address = loop {
            let line = soon("listening", stderr.next_line()).await.expect("UTF-8");
            let line = line.expect("an address on stderr");
            log.extend([&line, "\n"]);
            if let Some((_, address)) = line.split_once("listening on http://") {
                break address.parse().expect("an address");
            }
        };
        Self {
            child,
            address,
            stdout,
            stderr,
            log,
        }
    }

    fn url(&self) -> String {
        format!("http://{}/any/path", self.address)
    }

    async fn line(&mut self) -> Value {
        let line = soon("a line", self.stdout.next_line()).await;
        let line = line.expect("UTF-8").expect("a line");
        assert!(!line.contains('\r'), "{line}");
        serde_json::from_str(&line).expect("JSON")
    }

    /// Sends a webhook of the app 7, and gives its status and line.
    async fn deliver(&mut self, command: &str, body: impl Into<Bytes>) -> (StatusCode, Value) {
        let url = format!(
            "http://{}{}",
            self.address,
            WebhookRequest::new(7, command).path_and_query()
        );
        let request = Request::post(url)
            .body(Full::new(body.into()))
            .expect("a request");
        let client = Client::builder(TokioExecutor::new()).build_http();
        let response = soon("a response", client.request(request))
            .await
            .expect("a response");
        (response.status(), self.line().await)
    }

    async fn signal(&self, signal: &str) {
        kill(&self.child, signal).await;
    }

    /// Waits for the end: its exit code and what was left on stdout, with all of stderr.
    async fn end(mut self) -> (Option<i32>, Vec<String>, String) {
        let status = soon("the end", self.child.wait()).await.expect("ends");
        let mut lines = Vec::new();
        while let Some(line) = self.stdout.next_line().await.expect("UTF-8") {
            lines.push(line);
        }
        while let Some(line) = self.stderr.next_line().await.expect("UTF-8") {
            self.log.extend([&line, "\n"]);
        }
        (status.code(), lines, self.log)
    }
}

#[tokio::test]
async fn a_signed_sample_travels_from_trigger_to_inspector() {
    let mut command = example("inspector");
    command.env("TENCENT_WEBHOOK_APPS", "7,1400000000:hush");
    let mut inspector = Inspector::spawn(command).await;
    let url = inspector.url();

    for row in COMMANDS {
        let sent = trigger(&[row.command, "--to", &url, "--app", "1400000000:hush"]).await;
        assert_eq!(sent.status.code(), Some(0), "{sent:?}");
        let passed = match row.reply_kind {
            ReplyKind::Friends => OK.replace('0', "38000"),
            ReplyKind::Signal => OK.replace('0', "1"),
            _ => OK.to_owned(),
        };
        assert_eq!(text(&sent.stdout), format!("200 OK\n{passed}\n"));

        let sample = testing::sample_body(row.command).expect("a sample");
        let event = Event::decode(row.command, sample.as_bytes()).expect("decodes");
        assert_eq!(
            inspector.line().await,
            json!({
                "command": row.command,
                "sdk_app_id": 1_400_000_000,
                "client_ip": "127.0.0.1",
                "platform": "RESTAPI",
                "kind": "event",
                "event": event,
                "reason": null,
            })
        );
    }

    inspector.signal("-TERM").await;
    let (code, lines, log) = inspector.end().await;
    assert_eq!((code, lines.len()), (Some(0), 0));
    assert!(log.contains("app 7 has no token"), "{log}");
    assert!(!log.contains("hush"), "{log}");
}

#[tokio::test]
async fn inspector_prints_the_typed_event_or_the_raw_json_or_the_raw_text() {
    let mut inspector = Inspector::start(&["--app", "7"]).await;

    let typed = "{\r\n\"GroupId\":\"g\",\"Type\":\"Live\",\"From_Account\":5,\"Own\":1,\n\"MsgBody\":[{\n\"MsgType\":\"Odd\"\r\n}]}";
    let (status, line) = inspector.deliver("Group.CallbackAfterSendMsg", typed).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(line["kind"], "event");
    assert_eq!(line["event"]["From_Account"], "5");
    assert_eq!(line["event"]["MsgBody"], json!([{"MsgType": "Odd"}]));
    assert_eq!(line["event"].get("Own"), None);

    let (status, line) = inspector.deliver("New.One", "{\"a\":\r\n [1,\n2]}").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&line["kind"], &line["event"], &line["reason"]),
        (&json!("unknown"), &json!({"a": [1, 2]}), &json!(null))
    );
    assert_eq!(line.get("raw"), None);

    let (status, line) = inspector
        .deliver("Group.CallbackAfterSendMsg", "{\"GroupId\":\n{}}")
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        (&line["kind"], &line["event"]),
        (&json!("undecodable"), &json!({"GroupId": {}}))
    );
    let reason = line["reason"].as_str().expect("a reason");
    assert!(reason.contains("GroupId"), "{reason}");
    assert_eq!(line.get("raw"), None);

    for (command, kind, status) in [
        (
            "Group.CallbackAfterSendMsg",
            "undecodable",
            StatusCode::BAD_REQUEST,
        ),
        ("New.One", "unknown", StatusCode::OK),
    ] {
        let (answered, line) = inspector.deliver(command, &b"{\xff\n\"a"[..]).await;
        assert_eq!(answered, status);
        assert_eq!(
            (&line["kind"], &line["event"], &line["raw"]),
            (&json!(kind), &json!(null), &json!("{\u{fffd}\n\"a"))
        );
        assert_eq!(line["reason"].is_null(), kind == "unknown");
    }

    inspector.signal("-INT").await;
    let (code, lines, log) = inspector.end().await;
    assert_eq!((code, lines.len()), (Some(0), 0));
    assert!(log.contains("Undecodable"), "{log}");
}

#[tokio::test]
async fn inspector_leaves_the_app_its_own_page_and_logs_why_it_refuses() {
    let inspector = Inspector::start(&["--app", "7:hush", "--app", "8:hush"]).await;
    assert_eq!(send(inspector.address, get("/healthz")).await.body(), "ok");
    let post = Request::post("/healthz")
        .body(String::new())
        .expect("a path");
    assert_eq!(
        send(inspector.address, post).await.status(),
        StatusCode::METHOD_NOT_ALLOWED
    );

    for (app, cause) in [
        ("7", "is missing"),
        ("8:wrong", "does not match"),
        ("9:hush", "not configured"),
    ] {
        let url = inspector.url();
        let sent = trigger(&[COMMANDS[0].command, "--to", &url, "--app", app]).await;
        assert_eq!(sent.status.code(), Some(1), "{cause}");
        assert!(text(&sent.stdout).starts_with("403 Forbidden\n"), "{cause}");
    }
    inspector.signal("-TERM").await;
    let (code, lines, log) = inspector.end().await;
    assert_eq!((code, lines.len()), (Some(0), 0));
    for cause in ["is missing", "does not match", "not configured"] {
        assert!(log.contains(cause), "{cause}: {log}");
    }
    assert!(!log.contains("hush"), "{log}");
}

#[tokio::test]
async fn inspector_refuses_a_bad_configuration_and_shows_no_token() {
    for (arguments, apps) in [
        (&[][..], None),
        (&[], Some("")),
        (&[], Some("hush")),
        (&[], Some("7:hush,")),
        (&[], Some("7:hush,7:hush")),
        (&["--app", "hush"], None),
        (&["--app", ":hush"], None),
        (&["--app", "+7:hush"], None),
        (&["--app", "7:"], None),
        (&["--app", "7: hush"], None),
        (&["--app", "7", "--app", "hush"], Some("7:hush")),
        (&["7:hush"], None),
        (&["--apps=7:hush"], None),
        (&["--demo=hush"], None),
    ] {
        let mut command = example("inspector");
        command.args(arguments);
        if let Some(apps) = apps {
            command.env("TENCENT_WEBHOOK_APPS", apps);
        }
        let Output {
            status,
            stdout,
            stderr,
        } = output(command).await;
        let stderr = text(&stderr);
        assert_eq!(status.code(), Some(2), "{arguments:?} {apps:?} {stderr}");
        assert!(stderr.contains("Usage: inspector"), "{stderr}");
        assert!(stdout.is_empty() && !stderr.contains("hush"), "{stderr}");
    }
}

#[tokio::test]
async fn inspector_help_shows_no_token_of_the_environment() {
    let mut command = example("inspector");
    command.arg("--help").env("TENCENT_WEBHOOK_APPS", "7:hush");
    let help = output(command).await;
    assert_eq!(help.status.code(), Some(0));
    let help = text(&help.stdout);
    assert!(
        help.contains("TENCENT_WEBHOOK_APPS") && !help.contains("hush"),
        "{help}"
    );
}

#[tokio::test]
async fn inspector_demo_shows_every_event_and_goes_on() {
    // The id that the demo would take is in use.
    let mut inspector = Inspector::start(&["--demo", "--app", "1400000000:hush"]).await;
    for row in COMMANDS {
        let line = inspector.line().await;
        assert_eq!(
            (&line["command"], &line["kind"]),
            (&json!(row.command), &json!("event"))
        );
        assert_ne!(line["sdk_app_id"], 1_400_000_000);
    }
    let url = inspector.url();
    let sent = trigger(&[
        COMMANDS[0].command,
        "--to",
        &url,
        "--app",
        "1400000000:hush",
    ])
    .await;
    assert_eq!(sent.status.code(), Some(0));
    assert_eq!(inspector.line().await["sdk_app_id"], 1_400_000_000);
    inspector.signal("-TERM").await;
    assert_eq!(inspector.end().await.0, Some(0));
}

#[tokio::test]
async fn inspector_lines_do_not_interleave() {
    let mut inspector = Inspector::start(&["--app", "7"]).await;
    let all: BTreeSet<String> = (0..32).map(|number| format!("Many.No{number}")).collect();
    for command in &all {
        let request = WebhookRequest::new(7, command).body(format!("\"{}\"", "x".repeat(100_000)));
        tokio::spawn(send(inspector.address, request));
    }
    let mut printed = BTreeSet::new();
    for _ in &all {
        let line = inspector.line().await;
        printed.insert(line["command"].as_str().expect("text").to_owned());
    }
    assert_eq!(printed, all);
}

#[tokio::test]
async fn inspector_ends_although_a_client_is_stuck() {
    let inspector = Inspector::start(&["--app", "7"]).await;
    let mut client = TcpStream::connect(inspector.address)
        .await
        .expect("listens");
    let target = WebhookRequest::new(7, "New.One").path_and_query();
    let head = format!(
        "POST {target} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n"
    );
    client.write_all(head.as_bytes()).await.expect("open");
    // From here on the server waits for a body that never comes.
    let expected = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut answer = vec![0; expected.len()];
    soon("an answer", client.read_exact(&mut answer))
        .await
        .expect("open");
    assert_eq!(answer, expected);

    inspector.signal("-TERM").await;
    let (code, lines, _) = inspector.end().await;
    assert_eq!((code, lines.len()), (Some(0), 0));
    drop(client);
}

#[tokio::test]
async fn inspector_serves_and_ends_although_nobody_reads_its_output() {
    let mut inspector = Inspector::start(&["--app", "7"]).await;
    // More than any pipe holds, and more of them than there are threads to serve.
    for _ in 0..64 {
        let request =
            WebhookRequest::new(7, "New.One").body(format!("\"{}\"", "x".repeat(200_000)));
        tokio::spawn(send(inspector.address, request));
    }
    let first = soon("output", inspector.stdout.get_mut().read_u8()).await;
    assert_eq!(first.expect("a byte"), b'{');

    let page = soon("a page", send(inspector.address, get("/healthz"))).await;
    assert_eq!(page.body(), "ok");
    inspector.signal("-TERM").await;
    assert_eq!(inspector.end().await.0, Some(0));
}

#[tokio::test]
async fn inspector_survives_a_broken_pipe() {
    let Inspector {
        mut child,
        address,
        stdout,
        mut stderr,
        ..
    } = Inspector::start(&["--app", "7"]).await;
    drop(stdout);
    let request = WebhookRequest::new(7, "New.One").body("{}".to_owned());
    let failed = send(address, request).await;
    assert_eq!(failed.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(send(address, get("/healthz")).await.body(), "ok");

    let id = child.id().expect("running").to_string();
    let sent = Command::new("kill").args(["-TERM", &id]).status().await;
    assert!(sent.expect("runs").success());
    assert_eq!(
        soon("the end", child.wait()).await.expect("ends").code(),
        Some(0)
    );
    let mut log = String::new();
    stderr
        .get_mut()
        .read_to_string(&mut log)
        .await
        .expect("UTF-8");
    assert!(
        log.contains("HandlerError") && !log.contains("panicked"),
        "{log}"
    );
}

#[tokio::test]
async fn trigger_lists_every_command_with_its_phase() {
    let listed = trigger(&["--list"]).await;
    assert_eq!(listed.status.code(), Some(0));
    let lines = text(&listed.stdout).lines().collect::<Vec<_>>();
    assert_eq!(lines.len(), COMMANDS.len());
    for (line, row) in lines.into_iter().zip(COMMANDS) {
        let phase = if row.phase() == Phase::Before {
            "before"
        } else {
            "after"
        };
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(words[..2], [row.command, phase]);
    }
}

#[tokio::test]
async fn trigger_sends_a_file_with_fields_set() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/trigger_body.json");
    std::fs::write(file, r#"{"Kept":1.0,"Text":"old"}"#).expect("a writable directory");
    let mut inspector = Inspector::start(&["--app", "7"]).await;
    let url = inspector.url() + "?own=1";
    let to = ["New.One", "--to", &url, "--app", "7", "--body", file];

    let sets = [
        "--set",
        "Text=a=b",
        "--set",
        "Number=18446744073709551615",
        "--set",
        r#"List=["x"]"#,
    ];
    let sent = trigger(&[&to[..], &sets].concat()).await;
    assert_eq!(sent.status.code(), Some(0), "{sent:?}");
    assert_eq!(
        inspector.line().await["event"],
        json!({"Kept": 1.0, "Text": "a=b", "Number": u64::MAX, "List": ["x"]})
    );

    std::fs::write(file, "no JSON").expect("a writable directory");
    assert_eq!(trigger(&to).await.status.code(), Some(0));
    assert_eq!(inspector.line().await["raw"], "no JSON");
    let sent = trigger(&[&to[..], &["--set", "A=1"]].concat()).await;
    assert_eq!(sent.status.code(), Some(2));
}

#[tokio::test]
async fn trigger_refuses_what_it_cannot_send_and_shows_no_token() {
    let command = COMMANDS[0].command;
    let url = "http://127.0.0.1:1/";
    for arguments in [
        &[][..],
        &[command],
        &[command, "--to", url],
        &[command, "--app", "7:hush"],
        &["New.One", "--to", url, "--app", "7:hush"],
        &["A B&c=d", "--to", url, "--app", "7:hush"],
        &[command, "--to", "https://127.0.0.1:1/", "--app", "7:hush"],
        &[command, "--to", "127.0.0.1:1", "--app", "7:hush"],
        &[command, "--to", "/im", "--app", "7:hush"],
        &[command, "--to", "no URL", "--app", "7:hush"],
        &[command, "--to", url, "--app", "hush"],
        &[command, "--to", url, "--app", "7:"],
        &[command, "--to", url, "--app", "7:hush "],
        &[command, "--to", url, "--app", "7:hush", "--set", "x"],
        &[command, "--to", url, "--app", "7:hush", "--set", "=x"],
        &[
            command,
            "--to",
            url,
            "--app",
            "7:hush",
            "--body",
            "/no/such/file",
        ],
        &[command, "--to", url, "7:hush"],
        &["--list", "--app", "7:hush"],
        &["--list=hush"],
    ] {
        let Output {
            status,
            stdout,
            stderr,
        } = trigger(arguments).await;
        let stderr = text(&stderr);
        assert_eq!(status.code(), Some(2), "{arguments:?} {stderr}");
        assert!(stderr.contains("Usage: trigger"), "{stderr}");
        assert!(stdout.is_empty() && !stderr.contains("hush"), "{stderr}");
    }
}

#[tokio::test]
async fn trigger_fails_if_there_is_no_reply() {
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            drop(connection);
        }
    });
    let url = format!("http://{address}/");
    let sent = trigger(&[COMMANDS[0].command, "--to", &url, "--app", "7:hush"]).await;
    assert_eq!(sent.status.code(), Some(1));
    assert!(sent.stdout.is_empty());
    let stderr = text(&sent.stderr);
    assert!(
        stderr.starts_with("error: ") && !stderr.contains("hush"),
        "{stderr}"
    );
}

#[tokio::test]
async fn trigger_says_that_it_has_no_https() {
    let command = COMMANDS[0].command;
    let sent = trigger(&[command, "--to", "https://127.0.0.1:1/", "--app", "7"]).await;
    assert_eq!(sent.status.code(), Some(2));
    assert!(text(&sent.stderr).contains("https is not built in"));
}
