// A server that hostile clients cannot wear down. The docs show it as a recipe.

use std::{
    convert::Infallible,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use hyper::{
    body::{Body, Frame, Incoming, SizeHint},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tower::{BoxError, Service, ServiceExt};

/// How many times its patience a server keeps a connection.
const LIFETIME: u32 = 12;

/// Serves as many connections at a time as there are `permits`, until the semaphore is closed; the
/// others wait in the queue of the operating system. A connection is ended after `patience` in
/// which it sends no request and takes no part of an answer, and after a dozen times as long whatever
/// it does, so that nobody keeps a permit for good.
pub(crate) async fn serve<S, B>(
    listener: TcpListener,
    permits: Arc<Semaphore>,
    patience: Duration,
    service: S,
) where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    while let Ok(permit) = Arc::clone(&permits).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, for example. It must not end the server.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = service.clone();
        tokio::spawn(async move {
            connection(stream, patience, service).await;
            drop(permit);
        });
    }
}

async fn connection<S, B>(stream: TcpStream, patience: Duration, service: S)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience));

    // How many requests are being handled. It is sent again with each frame of an answer.
    let (handled, changes) = watch::channel(0_usize);
    let service = service_fn(move |request| {
        let handling = Handling::new(&handled);
        let answer = service.clone().oneshot(request);
        async move {
            let answer = answer.await?;
            let handled = handling.0.clone();
            Ok::<_, Infallible>(answer.map(|body| Taken {
                body: Box::pin(body),
                handled,
            }))
        }
    });

    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(32 * 1024)
        .max_headers(64);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(patience)
        .keep_alive_timeout(patience)
        .max_concurrent_streams(64)
        .max_header_list_size(32 * 1024);
    let served = builder.serve_connection(TokioIo::new(Box::pin(stream)), service);
    let mut served = pin!(served);
    tokio::select! {
        biased;
        _ = served.as_mut() => return, // its error is the client's affair
        () = idle(changes, patience) => return,
        () = sleep(LIFETIME * patience) => {}
    }
    // What is being handled gets its answer, and the client connects anew.
    served.as_mut().graceful_shutdown();
    let _ = timeout(patience, served).await;
}

/// A request that is being handled.
struct Handling(watch::Sender<usize>);

impl Handling {
    fn new(handled: &watch::Sender<usize>) -> Self {
        handled.send_modify(|handled| *handled += 1);
        Self(handled.clone())
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        self.0.send_modify(|handled| *handled -= 1);
    }
}

/// The body of an answer, which tells when a part of it is taken.
struct Taken<B> {
    body: Pin<Box<B>>,
    handled: watch::Sender<usize>,
}

impl<B: Body> Body for Taken<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.handled.send_modify(|_| ());
        self.body.as_mut().poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Ends once no request has been handled, and no answer taken, for so long.
async fn idle(mut handled: watch::Receiver<usize>, patience: Duration) {
    loop {
        let is_idle = *handled.borrow_and_update() == 0;
        let limit = if is_idle { patience } else { Duration::MAX };
        if !matches!(timeout(limit, handled.changed()).await, Ok(Ok(()))) {
            return;
        }
    }
}
