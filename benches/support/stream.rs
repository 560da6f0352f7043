//! A connection without a client: a stream in memory that gives the server one request again and
//! again, and swallows the answers. What is counted is the server, and no task beside it.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::mpsc,
    task::{Context, Poll, Waker},
};

use hyper::rt::{Read, ReadBufCursor, Write};

use super::{Request, Stack, stack::Connect};

/// Enough requests for hyper's adaptive buffers to reach their size.
const WARM_UP: usize = 20;

struct Repeated<T> {
    request: Vec<u8>,
    /// How much of the current request is read.
    read: usize,
    /// How many requests are answered.
    answered: usize,
    /// Whoever reads on before the answer is written.
    waits: Option<Waker>,
    /// When to look: after the warm-up, and at the end.
    marks: [usize; 2],
    look: fn() -> T,
    seen: mpsc::Sender<T>,
    /// How an answer begins.
    status: Vec<u8>,
}

impl<T> Read for Repeated<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let rest = &self.request[self.read..];
        if rest.is_empty() {
            self.waits = Some(cx.waker().clone());
            return Poll::Pending;
        }
        if self.answered < self.marks[1] {
            let part = &rest[..rest.len().min(buffer.remaining())];
            buffer.put_slice(part);
            self.read += part.len();
        }
        Poll::Ready(Ok(()))
    }
}

impl<T> Write for Repeated<T> {
    /// # Panics
    ///
    /// If an answer is not the one expected: the figures of a failure would mean nothing.
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        answer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let text = String::from_utf8_lossy;
        assert!(answer.starts_with(&self.status), "{}", text(answer));
        self.read = 0;
        self.answered += 1;
        if self.marks.contains(&self.answered) {
            let _ = self.seen.send((self.look)());
        }
        if let Some(waits) = self.waits.take() {
            waits.wake();
        }
        Poll::Ready(Ok(answer.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let head = parts.first().map_or(&[][..], |head| head);
        let length = parts.iter().map(|part| part.len()).sum();
        self.poll_write(cx, head).map_ok(|_| length)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Gives `stack` the request `times` times, on this thread. Returns what `look` sees when the stack
/// is warm, and at the end.
pub(crate) fn serve<T>(stack: Stack, request: Request, times: usize, look: fn() -> T) -> [T; 2]
where
    T: Send + 'static,
{
    let (seen, looks) = mpsc::channel();
    let stream = Repeated {
        request: request.to_bytes(),
        read: 0,
        answered: 0,
        waits: None,
        marks: [WARM_UP, WARM_UP + times],
        look,
        seen,
        status: format!("HTTP/1.1 {}", request.status().as_str()).into_bytes(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let connect: Connect<_> = stack.connect();
    runtime.block_on(connect(stream));
    let mut looks = looks.iter();
    [(); 2].map(|()| looks.next().expect("a look"))
}
