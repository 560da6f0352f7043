//! A process that is out of file descriptors goes on serving.

use std::{net::TcpStream as Blocking, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tower::Layer;
use tower_tencent_webhook::{WebhookLayer, testing::WebhookRequest};

use crate::support::{
    AFTER, MESSAGE, OK, OPEN_APP, connection, open_apps,
    probe::{App, Recorder},
    server,
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
        let service = layer.layer(App::new());
        let server = server::bounded(64, Duration::from_secs(20), service).await;
        let address = server.address;
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
        drop(clients);
        let target = WebhookRequest::new(OPEN_APP, AFTER).path_and_query();
        let webhook = connection::request("POST", &target, "", MESSAGE);
        let answer = connection::exchange(address, webhook).await;
        assert_eq!(answer.text(), OK);
        setrlimit(Resource::Nofile, limit).expect("the limit of before");
    });
}
