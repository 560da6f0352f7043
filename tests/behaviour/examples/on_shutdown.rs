//! `shutdown`, in this process with handlers that wait for the test, and as a process under load.

use std::{process::Stdio, time::Duration};

use http::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Semaphore, mpsc, oneshot},
    task::JoinSet,
};
use tower_tencent_webhook::{Handlers, WebhookLayer};

use super::*;

/// A bound for what ought to happen. Nothing waits for it to pass.
const SOON: Duration = Duration::from_secs(60);

async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let Ok(output) = tokio::time::timeout(SOON, future).await else {
        unreachable!("{what} did not happen")
    };
    output
}

/// A client that sends all but the last byte of a webhook.
async fn stuck(address: SocketAddr) -> TcpStream {
    let request = sample::<group::AfterSendMsg>("/im");
    let bytes = format!(
        "POST {} HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n\r\n{}",
        request.uri(),
        request.body().len() + 1,
        request.body()
    );
    let mut stream = TcpStream::connect(address).await.expect("a server");
    stream
        .write_all(bytes.as_bytes())
        .await
        .expect("it takes them");
    stream
}

#[tokio::test]
async fn shutdown_answers_what_was_accepted_and_waits_for_the_background() {
    const COUNT: usize = 10;
    let gate = Arc::new(Semaphore::new(0));
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (ended, mut ends) = mpsc::unbounded_channel();
    let wait = Arc::clone(&gate);
    let handlers = Handlers::new().on(move |_: Delivery<group::AfterSendMsg>| {
        let (wait, begun, ended) = (Arc::clone(&wait), begun.clone(), ended.clone());
        async move {
            begun.send(()).map_err(|_| "the test is over")?;
            let _ = wait.acquire().await; // an error once the gate is closed, which lets all go
            ended.send(()).map_err(|_| "the test is over")?;
            Ok::<_, &str>(Ack)
        }
    });
    let webhooks = WebhookLayer::new(apps(), handlers).deadline(Duration::from_millis(500));
    let (listener, address) = listen().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(shutdown_example::serve(listener, webhooks, async {
        let _ = stopped.await;
    }));

    let mut clients = JoinSet::new();
    for _ in 0..COUNT {
        clients.spawn(send(address, sample::<group::AfterSendMsg>("/im")));
        soon("the handler", begins.recv()).await;
    }
    let mut stuck = stuck(address).await;
    stop.send(()).expect("it serves");
    // Acknowledged, each at its deadline, while the handlers are at work.
    while let Some(answer) = soon("an answer", clients.join_next()).await {
        assert_ok(&answer.expect("no panic"));
    }
    // The server is done with the stuck client, whether or not it has told it so.
    let mut answer = String::new();
    let _ = soon(
        "the end of the connection",
        stuck.read_to_string(&mut answer),
    )
    .await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
    assert!(
        TcpStream::connect(address).await.is_err(),
        "it takes no more"
    );
    assert!(!server.is_finished(), "it waits for the handlers");

    gate.close();
    let left = soon("the end", server).await.expect("no panic");
    assert_eq!(left.expect("it served"), 0);
    ends.close();
    let mut count = 0;
    while ends.recv().await.is_some() {
        count += 1;
    }
    assert_eq!(count, COUNT);
}

#[cfg(unix)]
#[tokio::test]
async fn shutdown_ends_well_on_sigterm_under_load() {
    use tokio::io::{AsyncBufReadExt, BufReader};

    const CLIENTS: usize = 20;
    let mut child = process::example("shutdown")
        .arg("127.0.0.1:0")
        .env("TOKEN", TOKEN)
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let address: SocketAddr = loop {
        let line = soon("listening", lines.next_line()).await.expect("UTF-8");
        let line = line.expect("an address on stderr");
        if let Some((_, address)) = line.split_once("listening on http://") {
            break address.parse().expect("an address");
        }
    };

    // Clients that send one webhook after another, each over a connection of its own, until
    // nobody listens any more; and one that is stuck.
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(async move {
            let mut answered = 0;
            while let Some(status) = post(address).await {
                assert_eq!(status, StatusCode::OK);
                answered += 1;
            }
            answered
        });
    }
    let _stuck = stuck(address).await;
    // One answer more, so that there is load before the signal.
    assert_eq!(post(address).await, Some(StatusCode::OK));
    process::kill(&child, "-TERM").await;

    let mut answered = 1;
    while let Some(client) = soon("the end of the load", clients.join_next()).await {
        answered += client.expect("no panic");
    }
    let status = soon("the end", child.wait()).await.expect("ends");
    assert_eq!(status.code(), Some(0), "nothing is left");
    let mut stored = 0;
    while let Some(line) = lines.next_line().await.expect("UTF-8") {
        stored += usize::from(line.contains("stored"));
    }
    assert!(answered >= CLIENTS, "{answered}");
    assert!(
        stored >= answered,
        "{answered} acknowledged, {stored} handled"
    );
}

/// The status of a webhook, or `None` if the server did not take the connection.
#[cfg(unix)]
async fn post(address: SocketAddr) -> Option<StatusCode> {
    let request = sample::<group::AfterSendMsg>("/im");
    let bytes = format!(
        "POST {} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
        request.uri(),
        request.body().len(),
        request.body()
    );
    let mut stream = TcpStream::connect(address).await.ok()?;
    // A connection in the queue of the operating system that nobody accepted is reset.
    stream.write_all(bytes.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    soon("an answer", stream.read_to_end(&mut answer))
        .await
        .ok()?;
    let status = answer.get(9..12)?;
    StatusCode::from_bytes(status).ok()
}
