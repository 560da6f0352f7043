//! A client that costs little: it writes bytes and counts those that come back.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::support::Request;

/// The client's end of a connection that repeats one request.
pub(crate) struct Client<I> {
    io: I,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl<I: AsyncRead + AsyncWrite + Unpin> Client<I> {
    /// Sends the first request, and takes the length of its answer for that of all.
    ///
    /// # Panics
    ///
    /// If the answer is not the one expected: the figures of a failure would mean nothing.
    pub(crate) async fn start(mut io: I, request: Request) -> Self {
        let status = request.status();
        let request = request.to_bytes();
        io.write_all(&request).await.expect("writes");
        let mut answer = Vec::new();
        while !is_whole(&answer) {
            let read = io.read_buf(&mut answer).await.expect("reads");
            assert!(read > 0, "the server has closed the connection");
        }
        let expected = format!("HTTP/1.1 {}", status.as_str());
        let text = String::from_utf8_lossy(&answer);
        assert!(text.starts_with(&expected), "{text}");
        Self {
            io,
            request,
            answer,
        }
    }

    pub(crate) async fn repeat(&mut self, times: usize) {
        for _ in 0..times {
            self.io.write_all(&self.request).await.expect("writes");
            self.io.read_exact(&mut self.answer).await.expect("reads");
        }
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let mut headers = head.lines().filter_map(|line| line.split_once(": "));
    headers.any(|(name, value)| name == "content-length" && value.parse() == Ok(body.len()))
}
