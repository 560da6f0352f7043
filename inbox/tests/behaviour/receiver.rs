//! The example `receiver`, driven from outside.

use std::{collections::HashMap, path::Path, process::Command, time::Duration};

use tempfile::TempDir;

use crate::support::{
    AFTER,
    cluster::{self, Cluster},
    receiver::{Program, Receiver, handled, message},
    until,
};

const BEFORE: &str = "Group.CallbackBeforeSendMsg";

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn sqlite(&self, name: &str) -> String {
        format!("sqlite:{}", self.path(name).display())
    }

    fn log(&self) -> std::path::PathBuf {
        self.path("handled.ndjson")
    }
}

fn start(store: &str, log: &Path, more: &[&str]) -> Receiver {
    Receiver::start(Program::example().receive(store, log).args(more))
}

async fn send_all(receiver: &Receiver, numbers: impl IntoIterator<Item = u64>) {
    let mut client = receiver.client().await;
    for n in numbers {
        let status = client.send(AFTER, &message(n, 300)).await;
        assert_eq!(status.expect("an answer"), 200, "{n}");
    }
}

type Handled = HashMap<u64, HashMap<String, Vec<u64>>>;

async fn all_handled(log: &Path, count: usize) -> Handled {
    until("all are handled", async || {
        let handled = handled(log);
        (handled.len() >= count).then_some(handled)
    })
    .await
}

fn code(command: &mut Command) -> Option<i32> {
    command.output().expect("a process").status.code()
}

#[tokio::test]
async fn each_event_is_handled_once_and_a_failed_one_again() {
    let files = Files::new();
    let receiver = start(
        &files.sqlite("inbox.db"),
        &files.log(),
        &["--fail-every", "10"],
    );
    send_all(&receiver, (1..=50).chain(1..=50)).await;
    let handled = all_handled(&files.log(), 50).await;
    let mut attempts: Vec<_> = handled
        .values()
        .flat_map(HashMap::values)
        .flatten()
        .collect();
    attempts.sort_unstable();
    assert_eq!(attempts.len(), 50, "one line for each");
    assert_eq!(attempts.iter().filter(|attempt| ***attempt == 2).count(), 5);
}

#[tokio::test]
async fn a_line_has_what_the_contract_says() {
    let files = Files::new();
    let receiver = start(&files.sqlite("inbox.db"), &files.log(), &[]);
    let mut client = receiver.client().await;
    let status = client.send("State.StateChange", r#"{"Info":{}}"#).await;
    assert_eq!(status.expect("an answer"), 200);
    let text = until("it is handled", async || {
        let text = std::fs::read_to_string(files.log()).unwrap_or_default();
        text.ends_with('\n').then_some(text)
    })
    .await;
    let line: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(line["command"], "State.StateChange");
    assert_eq!(line["attempt"], 1);
    assert_eq!(line["event_key"].as_str().map(str::len), Some(64));
    assert!(line["MsgSeq"].is_null() && line["GroupId"].is_null());
    assert_eq!(line.as_object().map(serde_json::Map::len), Some(5));
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let files = Files::new();
    let (store, log) = (files.sqlite("inbox.db"), files.log());
    let mut receiver = start(&store, &log, &["--handle-ms", "30"]);
    send_all(&receiver, 1..=100).await;
    receiver.kill();
    let receiver = start(&store, &log, &[]);
    let handled = all_handled(&log, 100).await;
    assert!(
        handled.values().all(|keys| keys.len() == 1),
        "stored once each"
    );
    for attempts in handled.values().flat_map(HashMap::values) {
        let mut unique = attempts.clone();
        unique.dedup();
        assert_eq!(&unique, attempts, "a later attempt has a higher number");
    }
    assert!(receiver.terminate().success());
}

#[tokio::test]
async fn one_process_receives_and_another_handles() {
    let Some(store) = cluster::schema_url() else {
        return;
    };
    let files = Files::new();
    let receiver = start(&store, &files.log(), &["--no-worker"]);
    send_all(&receiver, 1..=10).await;
    assert!(receiver.terminate().success());
    assert!(handled(&files.log()).is_empty());
    let _worker = start(&store, &files.log(), &[]);
    all_handled(&files.log(), 10).await;
}

#[tokio::test]
async fn replicas_store_and_handle_each_event_once() {
    let Some(store) = cluster::schema_url() else {
        return;
    };
    let files = Files::new();
    let replicas: Vec<_> = (0..4).map(|_| start(&store, &files.log(), &[])).collect();
    let sends = replicas.iter().map(|replica| send_all(replica, 1..=100));
    futures_util::future::join_all(sends).await;
    for replica in replicas {
        // It finishes what it has in hand.
        assert!(replica.terminate().success());
    }
    let _last = start(&store, &files.log(), &[]);
    let handled = all_handled(&files.log(), 100).await;
    let attempts = handled.values().flat_map(HashMap::values);
    assert_eq!(attempts.flatten().count(), 100, "one line for each");
}

#[tokio::test]
async fn without_its_store_it_refuses_after_webhooks_and_answers_before_webhooks() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let files = Files::new();
    let receiver = start(&cluster.schema_url(), &files.log(), &[]);
    send_all(&receiver, [1]).await;
    cluster.kill();
    let mut client = receiver.client().await;
    for n in 2..5 {
        let after = client.send(AFTER, &message(n, 300)).await;
        assert_eq!(after.expect("an answer"), 503);
        let before = client.send(BEFORE, &message(n, 300)).await;
        assert_eq!(before.expect("an answer"), 200);
    }
    cluster.up();
    send_all(&receiver, [5]).await;
    // What was refused may be stored all the same; what was acknowledged has to be.
    until("what was acknowledged is handled", async || {
        let handled = handled(&files.log());
        (handled.contains_key(&1) && handled.contains_key(&5)).then_some(())
    })
    .await;
}

/// The worst that a server can do: it holds its connections, and does not answer.
#[tokio::test]
async fn it_ends_while_its_store_hangs() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let files = Files::new();
    let receiver = start(&cluster.schema_url(), &files.log(), &["--handle-ms", "500"]);
    send_all(&receiver, 1..=20).await;
    cluster.freeze();
    let mut client = receiver.client().await;
    let after = client.send(AFTER, &message(21, 300)).await;
    assert_eq!(after.expect("an answer"), 503);
    let ended = receiver.terminate();
    cluster.thaw();
    assert!(ended.success());
}

#[tokio::test]
async fn with_a_spill_it_acknowledges_without_its_store() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let files = Files::new();
    let spill = files.sqlite("spill.db");
    let receiver = start(&cluster.schema_url(), &files.log(), &["--spill", &spill]);
    cluster.kill();
    send_all(&receiver, 1..=10).await;
    assert!(handled(&files.log()).is_empty());
    cluster.up();
    let handled = all_handled(&files.log(), 10).await;
    assert!(handled.values().all(|keys| keys.len() == 1));
}

/// The receiver may write files of 2 MiB, and more once it is told so.
#[tokio::test]
async fn on_a_full_disk_it_refuses_and_recovers() {
    let files = Files::new();
    let store = files.sqlite("inbox.db");
    let receive = Program::example().receive(&store, &files.log());
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -S -f 4096; exec \"$0\" \"$@\""])
        .arg(receive.get_program())
        .args(receive.get_args());
    let receiver = Receiver::start(&mut limited);
    let mut client = receiver.client().await;
    let mut acknowledged = Vec::new();
    let full = 'full: {
        for n in 1..10_000 {
            match client.send(AFTER, &message(n, 1000)).await {
                Ok(200) => acknowledged.push(n),
                other => break 'full other.expect("an answer"),
            }
        }
        unreachable!("it does not end")
    };
    assert_eq!(full, 503);
    let before = client.send(BEFORE, &message(1, 300)).await;
    assert_eq!(before.expect("an answer"), 200);

    let unlimited = Command::new("prlimit")
        .args(["--fsize=unlimited:", "--pid", &receiver.id().to_string()])
        .status();
    assert!(unlimited.expect("prlimit").success());
    acknowledged.push(10_000);
    until("it takes webhooks again", async || {
        let status = client.send(AFTER, &message(10_000, 300)).await;
        (status.expect("an answer") == 200).then_some(())
    })
    .await;
    until("what was acknowledged is handled", async || {
        let handled = handled(&files.log());
        acknowledged
            .iter()
            .all(|n| handled.contains_key(n))
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn mistakes_end_it_with_a_code() {
    let files = Files::new();
    let log = files.log();
    let program = Program::example();
    assert_eq!(code(&mut program.command()), Some(2), "no options");
    let bad_url = &mut program.receive("mysql://localhost", &log);
    assert_eq!(code(bad_url), Some(2));
    let spill = files.sqlite("spill.db");
    let spill_of_sqlite = &mut program.receive(&files.sqlite("inbox.db"), &log);
    assert_eq!(code(spill_of_sqlite.args(["--spill", &spill])), Some(2));
    let no_folder = &mut program.receive("sqlite:/does/not/exist/inbox.db", &log);
    assert_eq!(code(no_folder), Some(1));
    let _first = start(&files.sqlite("inbox.db"), &log, &[]);
    let in_use = &mut program.receive(&files.sqlite("inbox.db"), &log);
    assert_eq!(code(in_use), Some(1));
}

#[tokio::test]
async fn the_demo_shows_that_nothing_is_lost() {
    let demo = Program::example().command().arg("--demo").output();
    let demo = demo.expect("a process");
    let text = String::from_utf8_lossy(&demo.stdout);
    assert!(demo.status.success(), "{text}");
    assert!(text.contains("lost 0, stored twice 0"), "{text}");
}

#[tokio::test]
async fn a_handler_that_does_not_end_is_left_to_the_next_process() {
    let files = Files::new();
    let (store, log) = (files.sqlite("inbox.db"), files.log());
    let receiver = start(&store, &log, &["--handle-ms", "25000"]);
    send_all(&receiver, [1]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(receiver.terminate().success());
    let _next = start(&store, &log, &[]);
    all_handled(&log, 1).await;
}

/// What is given on the command line may be a secret, whatever is wrong with it.
#[tokio::test]
async fn mistakes_are_told_without_secrets() {
    let files = Files::new();
    let store = files.sqlite("inbox.db");
    for (option, value) in [
        ("--app", "14x:s3cret"),
        ("--app", "1400000000:"),
        ("--app", "1400000001:s3cret"), // twice, below
        ("--store", "postgre://user:s3cret@host/name"),
        ("--store", "postgres://user:s3cret@host:port/name"),
        ("--spill", "postgre://user:s3cret@host/name"),
    ] {
        let mut program = Program::example().command();
        program.args(["--listen", "127.0.0.1:0", "--log"]);
        program
            .arg(files.log())
            .args(["--app", "1400000001:s3cret"]);
        if option != "--store" {
            program.args(["--store", &store]);
        }
        let output = program.args([option, value]).output().expect("a process");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{option} {value}: {said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_named() {
    let files = Files::new();
    let program = Program::example();
    let nowhere = Path::new("/does/not/exist/file");
    let in_log = program.receive(&files.sqlite("inbox.db"), nowhere);
    let in_store = program.receive("sqlite:/does/not/exist/file", &files.log());
    for mut command in [in_log, in_store] {
        let output = command.output().expect("a process");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("/does/not/exist/file"), "{said}");
    }
}

/// Before the store has answered, too.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn it_ends_while_its_store_is_opened() {
    let files = Files::new();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let store = format!("postgres://nobody@{address}/nothing");
    let mut receiver = Program::example().receive(&store, &files.log());
    let mut receiver = receiver.spawn().expect("a process");
    let _connection = silent.accept().expect("it connects");
    let id = receiver.id().to_string();
    let told = Command::new("kill").args(["-TERM", &id]).status();
    assert!(told.expect("kill").success());
    assert_eq!(receiver.wait().expect("its end").code(), Some(0));
}

/// A handler that hangs in a system call holds nobody up.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn it_ends_while_its_log_hangs() {
    use std::{fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt};

    const NONBLOCK: i32 = 0o4000;
    let files = Files::new();
    let made = Command::new("mkfifo").arg(files.log()).status();
    assert!(made.expect("mkfifo").success());
    let mut log = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(NONBLOCK)
        .open(files.log())
        .expect("a pipe");
    while log.write(&[b'.'; 4096]).is_ok() {} // until nothing more goes in
    let receiver = start(&files.sqlite("inbox.db"), &files.log(), &[]);
    send_all(&receiver, 1..=10).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(receiver.terminate().success());
}
