//! A fake Tencent, which sends a webhook and tells what comes of it.

use std::{
    convert::Infallible,
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, timeout};
use tower::Service;

use super::{
    Effect, OnFailure, TrtcRequest, WebhookRequest, Why,
    judge::{failure, timeout_of, verdict},
};
use crate::trtc;

/// Sends webhooks of an app to a service, as Tencent would, and tells what Tencent then does.
///
/// A command is sent in its own protocol: events of TRTC with the app in a header, all others with
/// the app in the query. Time is tokio's: under `start_paused` a handler that sleeps for too long
/// takes no time at all, and is late.
///
/// ```
/// use tower_tencent_webhook::{App, WebhookLayer, Handlers, testing::{Effect, Tencent, sample_body}};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let webhooks = WebhookLayer::new(App::signed(1_400_000_000, "token")?, Handlers::new()).into_service();
///
/// let tencent = Tencent::new(1_400_000_000).token("token");
/// let body = sample_body("Group.CallbackBeforeSendMsg").unwrap();
/// let effect = tencent.send(webhooks.clone(), "Group.CallbackBeforeSendMsg", body).await;
/// assert_eq!(effect, Effect::Delivered);
///
/// // With another token the layer answers 403, and nobody decides about the message.
/// let effect = tencent.token("other").send(webhooks, "Group.CallbackBeforeSendMsg", body).await;
/// assert_eq!(effect.as_str(), "passed_unchecked");
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Tencent {
    sdk_app_id: u64,
    path: String,
    token: Option<String>,
    event_key: Option<String>,
    on_failure: Option<OnFailure>,
}

impl Tencent {
    /// Sends the webhooks of an app, unsigned, to `/`.
    #[must_use]
    pub fn new(sdk_app_id: u64) -> Self {
        Self {
            sdk_app_id,
            path: "/".to_owned(),
            token: None,
            event_key: None,
            on_failure: None,
        }
    }

    /// Sets the path.
    #[must_use]
    pub fn path(self, path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..self
        }
    }

    /// Signs with this token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self
        }
    }

    /// Signs the events of TRTC with this key.
    #[must_use]
    pub fn event_key(self, key: &str) -> Self {
        Self {
            event_key: Some(key.to_owned()),
            ..self
        }
    }

    /// Sets what the console says about a before-webhook whose answer is a failure, instead of its
    /// [default](OnFailure::default_of).
    #[must_use]
    pub fn on_failure(self, on_failure: OnFailure) -> Self {
        Self {
            on_failure: Some(on_failure),
            ..self
        }
    }

    /// Sends one webhook, now, waits for the answer as long as Tencent does, and tells what Tencent
    /// does with it. Like Tencent it disconnects when it no longer waits.
    ///
    /// # Panics
    ///
    /// If path and command are not parts of a URI, or outside a tokio runtime with a timer.
    pub async fn send<S, B>(&self, mut service: S, command: &str, body: impl Into<Bytes>) -> Effect
    where
        S: Service<Request<SentBody>, Response = Response<B>>,
        B: Body,
    {
        let request = self.request(command, body.into());
        let sent = Instant::now();
        let answer = async {
            poll_fn(|cx| service.poll_ready(cx)).await.ok()?;
            read(service.call(request).await.ok()?).await
        };
        let verdict = match timeout(timeout_of(command), answer).await {
            Err(_) => Err(Why::TimedOut(timeout_of(command))),
            Ok(None) => Err(Why::NoAnswer),
            Ok(Some((status, body))) => verdict(command, status, &body, sent.elapsed()),
        };
        verdict.unwrap_or_else(|why| {
            let default = || OnFailure::default_of(command);
            failure(command, self.on_failure.unwrap_or_else(default), why)
        })
    }

    fn request(&self, command: &str, body: Bytes) -> Request<SentBody> {
        if trtc::is_command(command) {
            let mut request = TrtcRequest::new(self.sdk_app_id).path(&self.path);
            if let Some(key) = &self.event_key {
                request = request.signed(key);
            }
            return request.body(body).map(SentBody);
        }
        let mut request = WebhookRequest::new(self.sdk_app_id, command).path(&self.path);
        if let Some(token) = &self.token {
            request = request.signed(token);
        }
        request.body(SentBody(Full::from(body)))
    }
}

/// The whole answer; `None` if it breaks off.
async fn read<B: Body>(response: Response<B>) -> Option<(StatusCode, Bytes)> {
    let status = response.status();
    let body = response.into_body().collect().await.ok()?;
    Some((status, body.to_bytes()))
}

/// Does not show the secrets.
impl fmt::Debug for Tencent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tencent")
            .field("sdk_app_id", &self.sdk_app_id)
            .field("path", &self.path)
            .field("on_failure", &self.on_failure)
            .finish_non_exhaustive()
    }
}

/// The body of a request that [`Tencent`] sends.
pub struct SentBody(Full<Bytes>);

impl Body for SentBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// Does not show the content.
impl fmt::Debug for SentBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentBody").finish_non_exhaustive()
    }
}
