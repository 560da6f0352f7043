//! The stacks: hyper's HTTP/1 connection, and a service on it.

use std::{convert::Infallible, pin::Pin};

use axum::Router;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::{Body, Incoming},
    rt::{Read, Write},
    server::conn::http1,
    service::{HttpService, service_fn},
};
use hyper_util::service::TowerToHyperService;
use tower::Layer;

use super::{OK, by_hand, ours};

type Request = http::Request<Incoming>;
type Connection = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Serves one connection.
pub(crate) type Connect<I> = Box<dyn Fn(I) -> Connection + Send>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Stack {
    /// The floor: collects the body and answers a constant.
    Collect,
    /// The floor of a rejection: answers a constant at once.
    Reject,
    /// The layer, mounted, with a bare service of one event.
    Layer(Look),
    /// The layer, mounted, with `Handlers`.
    Handlers,
    /// The layer with `Handlers` of both protocols.
    Both,
    /// The same, for many apps.
    ManyApps,
    /// The layer with a bare service, beside a subscriber that formats all events.
    Logged,
    /// The layer with a bare service, and metrics.
    Measured,
    /// The layer with a before-handler that rewrites the message.
    Rewrite,
    /// The layer at a route of axum.
    AxumLayer,
    /// The same job by hand, with axum's `Query` and `Bytes`.
    Bytes,
    /// The same job by hand, with axum's `Query` and `Json`.
    Json,
    /// An application that answers a constant.
    App,
    /// The layer around that application.
    AppInLayer,
}

/// What the service does with the elements of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Look {
    /// Nothing.
    Ignored,
    /// Asks each for its text, as a moderator does.
    Moderate,
    /// Asks each for its content.
    Read,
}

impl Stack {
    /// Builds the stack, once for all connections.
    pub(crate) fn connect<I>(self) -> Connect<I>
    where
        I: Read + Write + Unpin + Send + 'static,
    {
        match self {
            Self::Collect => connect(service_fn(collect)),
            Self::Reject => connect(service_fn(reject)),
            Self::Layer(look) => connect(ours::bare(look).into_service()),
            Self::Handlers => connect(ours::handlers().into_service()),
            Self::Both => connect(ours::both().into_service()),
            Self::ManyApps => connect(ours::both_of(10_000).into_service()),
            Self::Logged => connect(ours::logged().into_service()),
            Self::Measured => connect(ours::measured().into_service()),
            Self::Rewrite => connect(ours::rewrite().into_service()),
            Self::AxumLayer => {
                let router =
                    Router::new().route_service("/", ours::bare(Look::Ignored).into_service());
                connect(TowerToHyperService::new(router))
            }
            Self::Bytes => connect(TowerToHyperService::new(by_hand::bytes())),
            Self::Json => connect(TowerToHyperService::new(by_hand::json())),
            Self::App => connect(TowerToHyperService::new(tower::service_fn(app))),
            Self::AppInLayer => {
                let app = ours::bare(Look::Ignored).layer(tower::service_fn(app));
                connect(TowerToHyperService::new(app))
            }
        }
    }
}

fn connect<I, S, B>(service: S) -> Connect<I>
where
    I: Read + Write + Unpin + Send + 'static,
    S: HttpService<Incoming, ResBody = B> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    Box::new(move |io| {
        let connection = http1::Builder::new().serve_connection(io, service.clone());
        Box::pin(async { connection.await.expect("an orderly connection") })
    })
}

/// An answer with the headers of ours.
fn answer(
    status: StatusCode,
    content_type: &'static str,
    body: &'static str,
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

async fn collect(request: Request) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let body = request.into_body().collect().await?.to_bytes();
    std::hint::black_box(body);
    Ok(answer(StatusCode::OK, "application/json", OK))
}

async fn reject(_: Request) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(answer(StatusCode::FORBIDDEN, "text/plain", "Forbidden"))
}

async fn app(_: Request) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(answer(StatusCode::OK, "text/plain", "a page"))
}
