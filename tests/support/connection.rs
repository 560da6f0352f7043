//! Clients that send exactly what a test says.

use std::net::SocketAddr;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::{
    body::{Body, Incoming},
    client::conn::http2::SendRequest,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{script::Script, soon};

/// A whole answer, however it came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The head as it came over the socket, without its `Date`.
    pub(crate) head: String,
}

impl Answer {
    pub(crate) async fn of<B>(response: Response<B>) -> Self
    where
        B: Body<Data = Bytes>,
        B::Error: std::fmt::Debug,
    {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.expect("a body").to_bytes(),
            head: String::new(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        Some(self.headers.get(name)?.to_str().expect("an ASCII value"))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }
}

/// A raw connection of HTTP/1.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    /// What came after the answers that were read.
    buffer: BytesMut,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a server");
        Self {
            stream,
            buffer: BytesMut::new(),
        }
    }

    /// Disconnects without a goodbye.
    pub(crate) fn reset(self) {
        self.stream.set_zero_linger().expect("it is open");
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream
            .write_all(bytes.as_ref())
            .await
            .expect("it takes the bytes");
    }

    /// Says that nothing more comes.
    pub(crate) async fn finish(&mut self) {
        self.stream.shutdown().await.expect("it is open");
    }

    /// Sends bytes that the server may not want to read to their end, and reads the answer.
    pub(crate) async fn exchange(&mut self, bytes: impl AsRef<[u8]>) -> Answer {
        let Self { stream, buffer } = self;
        let (mut read, mut write) = stream.split();
        let to_head = bytes.as_ref().starts_with(b"HEAD ");
        // The answer may come before the bytes are all written.
        let write = async move {
            let _ = write.write_all(bytes.as_ref()).await;
            std::future::pending::<()>().await;
        };
        let answer = soon("an answer", async {
            tokio::select! {
                answer = answer(&mut read, buffer, to_head) => answer,
                () = write => None,
            }
        });
        answer.await.expect("an answer before the end")
    }

    /// Reads an interim answer, `100 Continue`.
    pub(crate) async fn interim(&mut self) {
        const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
        let Self { stream, buffer } = self;
        soon("an interim answer", async {
            while buffer.len() < CONTINUE.len() {
                more(stream, buffer).await.expect("an interim answer");
            }
        })
        .await;
        assert_eq!(buffer.split_to(CONTINUE.len()), CONTINUE);
    }

    /// Reads until this has come.
    pub(crate) async fn until(&mut self, text: &str) {
        let Self { stream, buffer } = self;
        soon("a part of an answer", async {
            while !String::from_utf8_lossy(buffer).contains(text) {
                more(stream, buffer).await.expect("more");
            }
        })
        .await;
    }

    /// Reads what comes, until the server closes.
    pub(crate) async fn read_to_end(&mut self) {
        let Self { stream, buffer } = self;
        soon("the end of the connection", async {
            while more(stream, buffer).await.is_some() {}
        })
        .await;
    }

    /// Reads one whole answer; `None` if the server closes before one begins.
    pub(crate) async fn answer(&mut self) -> Option<Answer> {
        let Self { stream, buffer } = self;
        soon("an answer", answer(stream, buffer, false)).await
    }
}

async fn answer(
    stream: &mut (impl AsyncReadExt + Unpin),
    buffer: &mut BytesMut,
    to_head: bool,
) -> Option<Answer> {
    let end = loop {
        match buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            Some(end) => break end + 4,
            None => more(stream, buffer).await?,
        }
    };
    let head = String::from_utf8(buffer.split_to(end).to_vec()).expect("an ASCII head");
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok())
        .expect("a status");
    let headers: HeaderMap = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            (name, HeaderValue::from_str(value.trim()).expect("a value"))
        })
        .collect();
    assert!(
        !headers.contains_key("transfer-encoding"),
        "of known length"
    );
    let length = match headers.get("content-length") {
        Some(length) if !to_head => length.to_str().ok().and_then(|length| length.parse().ok()),
        _ => Some(0),
    };
    let length: usize = length.expect("a length");
    while buffer.len() < length {
        more(stream, buffer).await.expect("the rest of the answer");
    }
    let head = head
        .split_inclusive('\n')
        .filter(|line| !line.to_ascii_lowercase().starts_with("date:"))
        .collect();
    Some(Answer {
        status,
        headers,
        body: buffer.split_to(length).freeze(),
        head,
    })
}

async fn more(stream: &mut (impl AsyncReadExt + Unpin), buffer: &mut BytesMut) -> Option<()> {
    // A connection that is reset has no more to say than one that is closed.
    let read = stream.read_buf(buffer).await.unwrap_or(0);
    (read > 0).then_some(())
}

/// Sends bytes over a new connection and reads one answer.
pub(crate) async fn exchange(address: SocketAddr, bytes: impl AsRef<[u8]>) -> Answer {
    Connection::open(address).await.exchange(bytes).await
}

/// The bytes of a request of known length.
pub(crate) fn request(method: &str, target: &str, headers: &str, body: &str) -> String {
    format!(
        "{method} {target} HTTP/1.1\r\nHost: test\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A client of HTTP/2, on a connection of its own.
pub(crate) async fn http2(address: SocketAddr) -> SendRequest<Script> {
    let stream = TcpStream::connect(address).await.expect("a server");
    let (client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("HTTP/2");
    tokio::spawn(connection);
    client
}

/// Sends one request over a new connection of HTTP/2. Its URI has to be absolute.
pub(crate) async fn send_http2(
    address: SocketAddr,
    request: Request<Script>,
) -> hyper::Result<Response<Incoming>> {
    let mut client = http2(address).await;
    soon("an answer", client.send_request(request)).await
}
