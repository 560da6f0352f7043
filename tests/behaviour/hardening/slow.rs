//! Layers whose handler takes its time, and what can be seen of them.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::Request;
use tower::{BoxError, Layer, Service, ServiceExt, util::BoxCloneSyncService};
use tower_tencent_webhook::{
    Delivery, FailureAnswer, Outcome, WebhookLayer, outcome::End, reply::Reply,
    testing::WebhookRequest,
};

use super::case::Way;
use super::site::{TestBody, Web, boxed, call, served, web};
use crate::support::{
    MESSAGE, OPEN_APP,
    connection::{self, Answer},
    open_apps,
    probe::{App, Log},
    script::Script,
    server::{self, Server},
    services::OnDrop,
    soon,
};

pub(crate) type Handler = BoxCloneSyncService<Delivery, Reply, BoxError>;

/// Longer than anything that a row waits for takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A layer, what is told about it, and what the server does with its responses.
#[derive(Clone)]
pub(crate) struct Slow {
    pub(crate) layer: WebhookLayer,
    pub(crate) outcomes: Log<Outcome>,
    pub(crate) app: App,
    /// A request has come to the layer.
    pub(crate) arrived: Log<()>,
    /// A response is over, or its future is dropped.
    pub(crate) over: Log<()>,
}

impl Slow {
    pub(crate) fn new<S>(handler: S) -> Self
    where
        S: Service<Delivery, Response = Reply, Error: Into<BoxError>, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        Self::answering(FailureAnswer::HttpError, handler)
    }

    pub(crate) fn answering<S>(answer: FailureAnswer, handler: S) -> Self
    where
        S: Service<Delivery, Response = Reply, Error: Into<BoxError>, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let outcomes = Log::new();
        let log = outcomes.clone();
        let handler = Handler::new(handler.map_err(Into::into));
        let layer = WebhookLayer::new(open_apps(), handler)
            .on_failure(move |_| answer)
            .on_outcome(move |outcome| log.push(*outcome));
        Self {
            layer,
            outcomes,
            app: App::new(),
            arrived: Log::new(),
            over: Log::new(),
        }
    }

    pub(crate) fn deadline(mut self, deadline: Duration) -> Self {
        self.layer = self.layer.deadline(deadline);
        self
    }

    /// Around the application.
    pub(crate) fn web(&self) -> Web {
        let (arrived, over) = (self.arrived.clone(), self.over.clone());
        let service = self.layer.layer(self.app.clone());
        web(service
            .map_request(move |request: Request<TestBody>| {
                arrived.push(());
                request
            })
            .map_future(move |response| {
                let guard = OnDrop(over.clone());
                async move {
                    let _guard = guard;
                    response.await
                }
            }))
    }

    /// Serves HTTP/1 and HTTP/2.
    pub(crate) async fn serve(&self) -> Server {
        server::http1_and_2(served(self.web())).await
    }

    /// Sends a webhook to the service.
    pub(crate) async fn post(&self, command: &str) -> Answer {
        self.send(request(command, Script::whole(MESSAGE))).await
    }

    /// Sends a webhook to the service, or to a server of it.
    pub(crate) async fn sent(&self, way: Way, command: &str, body: &str) -> Answer {
        match way {
            Way::Tower => {
                let body = Script::whole(body.to_owned());
                self.send(request(command, body)).await
            }
            Way::Socket => {
                let target = WebhookRequest::new(OPEN_APP, command).path_and_query();
                let bytes = connection::request("POST", &target, "", body);
                connection::exchange(self.serve().await.address, bytes).await
            }
        }
    }

    pub(crate) async fn send(&self, request: Request<Script>) -> Answer {
        soon("an answer", call(self.web(), request.map(boxed))).await
    }

    pub(crate) fn ends(&self) -> Vec<End> {
        let outcomes = self.outcomes.take();
        outcomes.iter().map(|outcome| outcome.end).collect()
    }

    pub(crate) async fn drains(&self) {
        assert_eq!(self.layer.drain(PATIENCE).await, 0);
    }
}

pub(crate) fn request(command: &str, body: Script) -> Request<Script> {
    WebhookRequest::new(OPEN_APP, command).body(body)
}

/// With an absolute URI, as HTTP/2 wants it.
pub(crate) fn http2_request(command: &str, body: Script) -> Request<Script> {
    let mut request = request(command, body);
    let uri = format!("http://test{}", request.uri());
    *request.uri_mut() = uri.parse().expect("a URI");
    request
}

pub(crate) fn bytes(command: &str) -> Bytes {
    let target = WebhookRequest::new(OPEN_APP, command).path_and_query();
    connection::request("POST", &target, "", MESSAGE).into()
}

/// Sends a webhook to a server, by one version of HTTP or the other.
pub(crate) async fn exchange(address: SocketAddr, command: &str, version: usize) -> Answer {
    if version == 1 {
        return connection::exchange(address, bytes(command)).await;
    }
    let request = http2_request(command, Script::whole(MESSAGE));
    let response = soon("an answer", connection::send_http2(address, request)).await;
    Answer::of(response.expect("an answer")).await
}
