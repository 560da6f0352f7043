//! Requests per second, and the CPU that they take the server, over loopback sockets.

use std::{
    fs,
    net::SocketAddr,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    sync::oneshot,
    task::JoinSet,
};

use crate::{
    client::Client,
    spread::Spread,
    support::{Request, Stack, stack::Connect},
};

const ROUNDS: usize = 9;
const CONNECTIONS: usize = 8;
/// The requests of one connection in a round.
const REQUESTS: usize = 2000;

pub(crate) struct Compared {
    pub(crate) requests_per_second: Spread,
    /// Known only on Linux.
    pub(crate) cpu_per_request: Option<Spread>,
}

struct Round {
    wall: Duration,
    cpu: Option<u64>,
}

/// `first` as a multiple of `second`.
pub(crate) fn compare(first: Stack, second: Stack, request: Request) -> Compared {
    let rounds: Vec<_> = (0..ROUNDS)
        .map(|_| (round(first, request), round(second, request)))
        .collect();
    let speed = rounds
        .iter()
        .map(|(first, second)| second.wall.as_secs_f64() / first.wall.as_secs_f64());
    let cpu = rounds
        .iter()
        .map(|(first, second)| Some(first.cpu? as f64 / second.cpu? as f64));
    Compared {
        requests_per_second: speed.collect(),
        cpu_per_request: cpu.collect(),
    }
}

fn round(stack: Stack, request: Request) -> Round {
    let (address, bound) = mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let server = thread::spawn(move || {
        runtime().block_on(serve(stack, address, stopped));
        thread_cpu()
    });
    let address = bound.recv().expect("a server");
    let wall = runtime().block_on(load(address, request));
    stop.send(()).expect("the server is still there");
    Round {
        wall,
        cpu: server.join().expect("the server ends"),
    }
}

async fn serve(stack: Stack, address: mpsc::Sender<SocketAddr>, stopped: oneshot::Receiver<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let bound = listener.local_addr().expect("an address");
    address.send(bound).expect("somebody waits for it");
    let connect: Connect<_> = stack.connect();
    let accept = async {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("a socket");
            tokio::spawn(connect(TokioIo::new(stream)));
        }
    };
    tokio::select! {
        () = accept => (),
        _ = stopped => (),
    }
}

async fn load(address: SocketAddr, request: Request) -> Duration {
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(address).await.expect("connects");
        stream.set_nodelay(true).expect("a socket");
        clients.push(Client::start(stream, request).await);
    }
    let start = Instant::now();
    let tasks = clients.into_iter().map(|mut client| async move {
        client.repeat(REQUESTS).await;
    });
    tasks.collect::<JoinSet<_>>().join_all().await;
    start.elapsed()
}

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// What this thread has run so far, in nanoseconds. Linux tells it without unsafe code.
fn thread_cpu() -> Option<u64> {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    statistics.split(' ').next()?.parse().ok()
}
