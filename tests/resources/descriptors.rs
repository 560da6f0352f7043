//! A process that is out of file descriptors goes on serving.

use std::{net::TcpStream as Blocking, sync::Arc, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::Semaphore;
use tower::Layer;
use tower_tencent_webhook::{WebhookLayer, testing::WebhookRequest};

use crate::support::{
    AFTER, MESSAGE, OK, OPEN_APP, connection, open_apps,
    probe::{App, Recorder},
    recipe, server,
};

/// The next file descriptor.
fn next() -> u64 {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    u64::try_from(std::os::fd::AsRawFd::as_raw_fd(&socket)).expect("a number")
}

pub(crate) fn an_error_of_accept_is_survived() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let layer = WebhookLayer::new(open_apps(), Recorder::new().handlers());
        let (listener, address) = server::listen().await;
        let permits = Arc::new(Semaphore::new(64));
        let patience = Duration::from_secs(20);
        let service = layer.layer(App::new());
        let server = tokio::spawn(recipe::serve(listener, permits, patience, service));
        tokio::task::yield_now().await;

        let limit = getrlimit(Resource::Nofile);
        let current = Some(next() + 8);
        setrlimit(Resource::Nofile, Rlimit { current, ..limit }).expect("a lower limit");
        // The clients of this process take the last ones; the server gets none for some of them.
        let mut clients = Vec::new();
        while let Ok(client) = Blocking::connect(address) {
            clients.push(client);
        }
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(!server.is_finished(), "the server goes on");
        drop(clients);
        let target = WebhookRequest::new(OPEN_APP, AFTER).path_and_query();
        let webhook = connection::request("POST", &target, "", MESSAGE);
        let answer = connection::exchange(address, webhook).await;
        assert_eq!(answer.text(), OK);
        setrlimit(Resource::Nofile, limit).expect("the limit of before");
        server.abort();
    });
}
