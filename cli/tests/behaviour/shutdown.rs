//! The end: on a signal with a stuck client, a port in use, a closed pipe.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tower_tencent_webhook::testing::WebhookRequest;

use crate::support::{AFTER, Listen, run, soon, tool};

#[tokio::test]
async fn ends_on_a_signal_although_a_client_is_stuck() {
    for signal in ["-INT", "-TERM"] {
        let listen = Listen::start(&["--app", "7"]).await;
        let mut client = TcpStream::connect(&listen.address)
            .await
            .expect("it listens");
        let target = WebhookRequest::new(7, "New.One").path_and_query();
        let head = format!(
            "POST {target} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n"
        );
        client.write_all(head.as_bytes()).await.expect("open");
        // From here on the server waits for a body that never comes.
        let mut interim = [0; 25];
        soon("an interim answer", client.read_exact(&mut interim))
            .await
            .expect("open");
        let mut page = TcpStream::connect(&listen.page).await.expect("it listens");
        page.write_all(b"GET / HTTP/1.1\r\n").await.expect("open");

        let signalled = Instant::now();
        listen.signal(signal).await;
        let (code, lines, log) = listen.end().await;
        assert_eq!((code, lines.len()), (Some(0), 0), "{log}");
        // It is 3 s; a busy machine may need more, but this is no wait for the client.
        assert!(signalled.elapsed() < Duration::from_secs(15), "{log}");
        drop((client, page));
    }
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let taken = taken
        .local_addr()
        .map(|address| (taken, address.to_string()));
    let (_taken, address) = taken.expect("an address");
    for (option, other) in [("--listen", "--page"), ("--page", "--listen")] {
        let ran = run(&[
            "listen",
            "--app",
            "7:hush",
            option,
            &address,
            other,
            "127.0.0.1:0",
        ])
        .await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(
            ran.stderr
                .contains(&format!("choose another address with {option}")),
            "{ran:?}"
        );
    }
}

#[tokio::test]
async fn a_command_whose_reader_is_gone_ends_quietly() {
    let listen = Listen::start(&["--app", "7:hush"]).await;
    let url = listen.url("/");
    let to = ["--to", &url, "--app", "7:hush"];
    let file = tempfile::NamedTempFile::new().expect("a file");
    let line = format!(
        r#"{{"v":1,"id":1,"received":0,"envelope":"url","sdk_app_id":7,"command":"{AFTER}","query":[],"body":"x"}}"#
    );
    std::fs::write(&file, line).expect("written");
    let file = file.path().to_str().expect("UTF-8");
    for arguments in [
        &[&["trigger", AFTER][..], &to].concat()[..],
        &[&["replay", file][..], &to].concat(),
        &[&["check"][..], &to].concat(),
        &["verify", "http://x/?SdkAppid=7", "--app", "7"],
        &["commands"],
        &["commands", "--json"],
        &["trigger", "--list"],
        &["--help"],
    ] {
        // It is gone before the first byte, however quick the command is.
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let child = tool(arguments).stdout(writer).spawn().expect("it runs");
        let output = soon("the end", child.wait_with_output())
            .await
            .expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(output.stderr, b"", "{arguments:?}");
    }
}

#[tokio::test]
async fn it_serves_without_a_page() {
    let mut child = tool(&[
        "listen",
        "--app",
        "7:hush",
        "--listen",
        "127.0.0.1:0",
        "--no-page",
    ])
    .spawn()
    .expect("it runs");
    let mut stderr = BufReader::new(child.stderr.take().expect("piped")).lines();
    let line = soon("listening", stderr.next_line())
        .await
        .expect("UTF-8")
        .expect("a line");
    let address = line
        .split_once("listening on ")
        .expect("an address")
        .1
        .to_owned();
    let sent = run(&["trigger", AFTER, "--to", &address, "--app", "7:hush"]).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    child.kill().await.expect("killed");
}
