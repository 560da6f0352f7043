//! What the layer tells: events, the span, the facts of an outcome, metrics.

mod log;
mod metrics;
mod outcome;
mod span;

use std::time::Duration;

use http::{Request, Response};
use tower::{BoxError, Layer, Service, ServiceExt, service_fn};
use tower_tencent_webhook::{
    App, Apps, Delivery, Outcome, WebhookLayer,
    layer::ResponseBody,
    outcome::End,
    reply::{MessageVerdict, Reply},
    testing::WebhookRequest,
};

use crate::support::{
    self, APP, NOW, OPEN_APP, TOKEN,
    probe::{App as Application, Clock, after_1970},
    script::Script,
};

/// The layer of a signed and an unsigned app, at [`NOW`].
fn layer<H>(handler: H) -> WebhookLayer
where
    H: Service<Delivery, Response: Into<Reply>, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    let signed = App::signed(APP, TOKEN).expect("a token");
    let apps = Apps::new([signed, App::insecure_unsigned(OPEN_APP)]).expect("two apps");
    WebhookLayer::new(apps, handler)
        .clock(Clock::at(NOW).reader())
        .deadline(Duration::from_secs(3600))
}

/// A handler that always gives the same result.
fn always(
    reply: impl Fn() -> Result<Reply, BoxError> + Clone + Send + Sync + 'static,
) -> impl Service<Delivery, Response = Reply, Error = BoxError, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    service_fn(move |_: Delivery| {
        let reply = reply.clone();
        async move { reply() }
    })
}

/// A handler that lets everything pass.
fn passing() -> impl Service<Delivery, Response = Reply, Error = BoxError, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    always(|| Ok(Reply::Pass))
}

/// A webhook of the signed app, signed this many seconds before now.
fn signed(command: &str, token: &str, age: i64) -> WebhookRequest {
    let time = NOW.checked_add_signed(-age).expect("a time");
    WebhookRequest::new(APP, command).signed_at(token, after_1970(time))
}

/// The response to a request.
async fn send(
    layer: &WebhookLayer,
    request: Request<Script>,
) -> Response<ResponseBody<http_body_util::Full<bytes::Bytes>>> {
    let service = layer.layer(Application::new());
    let Ok(response) = service.oneshot(request).await;
    response
}
