//! A layer that takes the requests of the rows, and what can be seen of it.

use std::{convert::Infallible, pin::Pin, time::Duration};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use hyper::body::{Body, Incoming};
use tower::{BoxError, Layer, Service, ServiceExt, service_fn, util::BoxCloneSyncService};
use tower_tencent_webhook::{
    Apps, Delivery, FailureAnswer, Outcome, WebhookLayer,
    event::{Event, c2c, official_account},
    outcome::{End, FailureKind},
    reply::{Ack, MessageVerdict, Reply},
    trtc::{self, room},
};

use super::case::{Case, Expected, Way};
use crate::support::{
    APP, KEY, NOW, OK, OPEN_APP, OTHER_APP, OTHER_KEY, OTHER_TOKEN, TOKEN,
    connection::{self, Answer},
    probe::{App, Clock, Log, Recorder},
    server::{self, Server},
};

/// A body of any kind, so that both ways end in the same stack.
pub(crate) type TestBody = UnsyncBoxBody<Bytes, BoxError>;
/// A whole web application with the layer somewhere in it.
pub(crate) type Web = BoxCloneSyncService<Request<TestBody>, Response<TestBody>, Infallible>;

pub(crate) fn boxed<B>(body: B) -> TestBody
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}

/// A stack of services as a web application.
pub(crate) fn web<S, B>(service: S) -> Web
where
    S: Service<Request<TestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    BoxCloneSyncService::new(
        service
            .map_response(|response| response.map(boxed))
            .map_err(|error| -> Infallible { unreachable!("{}", error.into()) }),
    )
}

/// Sends a request to a web application.
pub(crate) fn call(web: Web, request: Request<TestBody>) -> impl Future<Output = Answer> + Send {
    // Boxed by name: the compiler cannot see that the future is `Send` across an await.
    let response: Pin<Box<dyn Future<Output = Result<_, Infallible>> + Send>> =
        Box::pin(web.oneshot(request));
    async {
        let Ok(response) = response.await;
        Answer::of(response).await
    }
}

/// A web application as a real server takes it.
pub(crate) fn served(
    web: Web,
) -> impl Service<Request<Incoming>, Response = Response<TestBody>, Error = Infallible, Future: Send>
+ Clone
+ Send
+ 'static {
    web.map_request(|request: Request<Incoming>| request.map(boxed))
}

/// A layer with everything that can be seen of it.
pub(crate) struct Site {
    pub(crate) clock: Clock,
    pub(crate) apps: Apps,
    pub(crate) recorder: Recorder,
    pub(crate) app: App,
    pub(crate) outcomes: Log<Outcome>,
    limit: usize,
    layer: WebhookLayer,
}

impl Site {
    pub(crate) fn new(limit: usize) -> Self {
        let clock = Clock::at(NOW);
        let recorder = Recorder::new();
        let signed = |id, token| tower_tencent_webhook::App::signed(id, token).expect("a token");
        let apps = Apps::new([
            signed(APP, TOKEN).event_key(KEY).expect("a key"),
            signed(OTHER_APP, OTHER_TOKEN)
                .event_key(OTHER_KEY)
                .expect("a key"),
            tower_tencent_webhook::App::insecure_unsigned(OPEN_APP),
        ])
        .expect("three apps");
        let handlers = recorder
            .handlers()
            .on_with(
                recorder.clone(),
                |recorder: Recorder, delivery: Delivery<room::EnterRoom>| async move {
                    recorder.keep(delivery);
                    Ack
                },
            )
            .on_with(
                recorder.clone(),
                |recorder: Recorder, delivery: Delivery<c2c::BeforeSendMsg>| async move {
                    recorder.keep(delivery);
                    MessageVerdict::Allow
                },
            )
            .on_with(
                recorder.clone(),
                |recorder: Recorder, delivery: Delivery<official_account::BeforeSendMsg>| async move {
                    recorder.keep(delivery);
                    MessageVerdict::Allow
                },
            );
        let outcomes = Log::new();
        let layer = WebhookLayer::new(apps.clone(), handlers);
        Self {
            layer: configure(layer, &clock, &outcomes, limit),
            clock,
            apps,
            recorder,
            app: App::new(),
            outcomes,
            limit,
        }
    }

    pub(crate) fn layer(&self) -> WebhookLayer {
        self.layer.clone()
    }

    /// The layer around the application.
    pub(crate) fn plain(&self) -> Web {
        web(self.layer.layer(self.app.clone()))
    }

    /// A layer that decodes every command, around the application.
    pub(crate) fn typed(&self) -> Web {
        let recorder = self.recorder.clone();
        let handler = service_fn(move |delivery: Delivery<Event>| {
            recorder.keep(delivery);
            async { Ok::<_, Infallible>(Reply::Pass) }
        });
        let layer = WebhookLayer::new(self.apps.clone(), handler);
        let layer = configure(layer, &self.clock, &self.outcomes, self.limit);
        web(layer.layer(self.app.clone()))
    }

    /// A layer that decodes every event of TRTC, around the application.
    pub(crate) fn typed_events(&self) -> Web {
        let recorder = self.recorder.clone();
        let handler = service_fn(move |delivery: Delivery<trtc::Event>| {
            recorder.keep(delivery);
            async { Ok::<_, Infallible>(Reply::Pass) }
        });
        let layer = WebhookLayer::new(self.apps.clone(), handler);
        let layer = configure(layer, &self.clock, &self.outcomes, self.limit);
        web(layer.layer(self.app.clone()))
    }

    /// The layer as a service of its own.
    pub(crate) fn mounted(&self) -> Web {
        web(self.layer().into_service())
    }

    pub(crate) async fn start(&self, way: Way, case: &Case) -> Running {
        let web = (case.stack)(self);
        match way {
            Way::Tower => Running::Tower(web),
            Way::Socket => Running::Socket(server::http1(served(web)).await),
        }
    }

    /// Status, word, handler, application and outcome are what the case expects.
    pub(crate) fn check(&self, what: &str, case: &Case, answer: &Answer) {
        let deliveries = self.recorder.deliveries.take();
        let ends: Vec<End> = self
            .outcomes
            .take()
            .iter()
            .map(|outcome| outcome.end)
            .collect();
        let (handled, passed) = (deliveries.len(), self.app.requests.take().len());
        let word = |status: StatusCode| {
            assert_eq!(answer.status, status, "{what}");
            assert_eq!(answer.header("content-type"), Some("text/plain"), "{what}");
            assert_eq!(Some(answer.text()), status.canonical_reason(), "{what}");
        };
        let wanted = match case.expected {
            Expected::Handled(check) => {
                assert_eq!(answer.status, StatusCode::OK, "{what}");
                let content_type = answer.header("content-type");
                assert_eq!(content_type, Some("application/json"), "{what}");
                assert_eq!(answer.text(), case.acknowledgement, "{what}");
                deliveries.iter().for_each(check);
                (1, 0, vec![End::Answered])
            }
            Expected::Probed { .. } => {
                assert_eq!(answer.status, StatusCode::OK, "{what}");
                let content_type = answer.header("content-type");
                assert_eq!(content_type, Some("application/json"), "{what}");
                assert_eq!(answer.text(), case.acknowledgement, "{what}");
                (0, 0, vec![End::Probed])
            }
            Expected::Rejected(rejection) | Expected::Unproved(rejection) => {
                word(rejection.status());
                (0, 0, vec![End::Rejected(rejection)])
            }
            Expected::Failed(kind) => {
                match kind {
                    FailureKind::BodyLost => assert_eq!(answer.text(), OK, "{what}"),
                    _ => word(kind.status()),
                }
                (0, 0, vec![End::Failed(kind, FailureAnswer::HttpError)])
            }
            Expected::Passed => {
                assert_eq!(answer.status, App::STATUS, "{what}");
                (0, 1, vec![])
            }
            Expected::NotAWebhook(status) => {
                assert_eq!(answer.status, status, "{what}");
                if !what.ends_with("HEAD") {
                    word(status); // a server sends no body to a HEAD request
                }
                let allow = (status == StatusCode::METHOD_NOT_ALLOWED).then_some("POST");
                assert_eq!(answer.header("allow"), allow, "{what}");
                (0, 0, vec![])
            }
        };
        assert_eq!((handled, passed, ends), wanted, "{what}");
    }
}

/// No deadline passes in a row that is not about it, however slow the machine is.
fn configure<E>(
    layer: WebhookLayer<E>,
    clock: &Clock,
    outcomes: &Log<Outcome>,
    limit: usize,
) -> WebhookLayer<E> {
    let outcomes = outcomes.clone();
    layer
        .clock(clock.reader())
        .deadline(Duration::from_secs(3600))
        .event_deadline(Duration::from_secs(3600))
        .body_limit(limit)
        .on_outcome(move |outcome| outcomes.push(*outcome))
}

/// A site that takes requests.
pub(crate) enum Running {
    Tower(Web),
    Socket(Server),
}

impl Running {
    pub(crate) async fn send(&self, case: &Case) -> Answer {
        match self {
            Self::Tower(web) => {
                let Ok(response) = web.clone().oneshot(case.request()).await;
                Answer::of(response).await
            }
            Self::Socket(server) => connection::exchange(server.address, case.bytes()).await,
        }
    }
}
