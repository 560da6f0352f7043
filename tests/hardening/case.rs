//! One request of a row: how it is sent both ways, and what has to come of it.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use hyper::body::{Body, Incoming};
use tower::{BoxError, Service, ServiceExt, util::BoxCloneSyncService};
use tower_tencent_webhook::{
    Answer as FailureAnswer, Apps, Delivery, End, FailureKind, Handlers, Outcome, Refusal,
    WebhookLayer,
};

use crate::support::{
    APP, NOW, OK, OPEN_APP, OTHER_APP, OTHER_TOKEN, TOKEN,
    body::Script,
    probe::{self, App, Clock, Log, Recorder},
    server::{self, Server},
    wire::{self, Answer},
};

/// A row of the table, which knows how it has been sent.
pub(crate) struct Row {
    number: &'static str,
    sent: Vec<Way>,
    no_socket: Option<&'static str>,
}

/// How a request reaches the layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Way {
    Tower,
    Socket,
}

impl Row {
    pub(crate) fn new(number: &'static str) -> Self {
        Self {
            number,
            sent: Vec::new(),
            no_socket: None,
        }
    }

    /// Says why this row cannot be sent over a socket.
    pub(crate) fn no_socket(&mut self, reason: &'static str) {
        self.no_socket = Some(reason);
    }

    /// The ways that this row is sent, for rows that are more than single requests.
    pub(crate) fn ways(&mut self) -> Vec<Way> {
        self.sent = match self.no_socket {
            Some(_) => vec![Way::Tower],
            None => vec![Way::Tower, Way::Socket],
        };
        self.sent.clone()
    }

    /// Sends each case both ways, each to a fresh site, and checks what came of it.
    pub(crate) async fn check(&mut self, cases: impl IntoIterator<Item = Case>) {
        for case in cases {
            for way in self.ways() {
                let site = case.site();
                let what = format!("row {}, {way:?}: {}", self.number, case.name);
                let answer = site.start(way, &case).await.send(&case).await;
                site.check(&what, &case, &answer);
            }
        }
    }

    pub(crate) fn end(self) {
        let Self {
            number,
            sent,
            no_socket,
        } = self;
        assert!(sent.contains(&Way::Tower), "row {number} was not sent");
        assert!(
            sent.contains(&Way::Socket) != no_socket.is_some(),
            "row {number} is sent over a socket, or tells why not"
        );
    }
}

/// One request, and what has to come of it.
#[derive(Clone)]
pub(crate) struct Case {
    name: String,
    method: &'static str,
    target: String,
    headers: Vec<(&'static str, String)>,
    content: Content,
    limit: usize,
    stack: fn(&Site) -> Web,
    pub(crate) expected: Expected,
}

/// The body, in a form that a socket can carry as well.
#[derive(Clone)]
pub(crate) enum Content {
    /// Of declared length.
    Whole(Bytes),
    /// Of unknown length, frame by frame, and trailers at the end.
    Chunked(Vec<Bytes>),
}

#[derive(Clone, Copy)]
pub(crate) enum Expected {
    /// 200 and the three fields; the delivery that the handler gets is right.
    Handled(fn(&Delivery)),
    Refused(Refusal),
    Failed(FailureKind),
    /// The application gets it.
    Passed,
    /// Not ours, and there is no application.
    NotAWebhook(StatusCode),
}

impl Case {
    /// A request of the form that is accepted, to this path and query.
    pub(crate) fn new(name: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            method: "POST",
            target: target.into(),
            headers: Vec::new(),
            content: Content::Whole(Bytes::from_static(crate::support::MESSAGE.as_bytes())),
            limit: 4096,
            stack: Site::plain,
            expected: Expected::Handled(|_| ()),
        }
    }

    pub(crate) fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn whole(mut self, body: impl Into<Bytes>) -> Self {
        self.content = Content::Whole(body.into());
        self
    }

    pub(crate) fn chunked<T: Into<Bytes>>(mut self, frames: impl IntoIterator<Item = T>) -> Self {
        self.content = Content::Chunked(frames.into_iter().map(Into::into).collect());
        self
    }

    pub(crate) fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// What stands around the layer.
    pub(crate) fn stack(mut self, stack: fn(&Site) -> Web) -> Self {
        self.stack = stack;
        self
    }

    pub(crate) fn handled(mut self, check: fn(&Delivery)) -> Self {
        self.expected = Expected::Handled(check);
        self
    }

    pub(crate) fn refused(mut self, refusal: Refusal) -> Self {
        self.expected = Expected::Refused(refusal);
        self
    }

    pub(crate) fn failed(mut self, kind: FailureKind) -> Self {
        self.expected = Expected::Failed(kind);
        self
    }

    pub(crate) fn passed(mut self) -> Self {
        self.expected = Expected::Passed;
        self
    }

    pub(crate) fn not_a_webhook(mut self, status: StatusCode) -> Self {
        self.expected = Expected::NotAWebhook(status);
        self
    }

    pub(crate) fn site(&self) -> Site {
        Site::new(self.limit)
    }

    /// Whether the head alone decides, so that the body must not be polled.
    fn is_decided_by_the_head(&self) -> bool {
        match self.expected {
            Expected::Handled(_) | Expected::Failed(_) => false,
            Expected::Passed | Expected::NotAWebhook(_) => true,
            Expected::Refused(Refusal::BodyTooLarge) => matches!(self.content, Content::Whole(_)),
            Expected::Refused(refusal) => refusal != Refusal::BodyUnreadable,
        }
    }

    fn request(&self) -> Request<TestBody> {
        let mut request = Request::builder()
            .method(self.method)
            .uri(&*self.target)
            .header("host", "test");
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Content::Whole(body) = &self.content {
            request = request.header("content-length", body.len());
        }
        let body = match &self.content {
            _ if self.is_decided_by_the_head() => Script::untouched(),
            Content::Whole(body) => Script::whole(body.clone()),
            Content::Chunked(frames) => frames
                .iter()
                .fold(Script::new(), |script, frame| script.data(frame.clone()))
                .trailer("x-checksum", "1"),
        };
        request.body(boxed(body)).expect("a request")
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\nHost: test\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut bytes = bytes.into_bytes();
        match &self.content {
            Content::Whole(body) => {
                bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
                bytes.extend(body);
            }
            Content::Chunked(frames) => {
                bytes.extend(b"Transfer-Encoding: chunked\r\nTrailer: x-checksum\r\n\r\n");
                // An empty chunk would be the end.
                for frame in frames.iter().filter(|frame| !frame.is_empty()) {
                    bytes.extend(format!("{:x}\r\n", frame.len()).bytes());
                    bytes.extend(frame);
                    bytes.extend(b"\r\n");
                }
                bytes.extend(b"0\r\nx-checksum: 1\r\n\r\n");
            }
        }
        bytes
    }
}

/// A body of any kind, so that both ways end in the same stack.
pub(crate) type TestBody = UnsyncBoxBody<Bytes, BoxError>;
/// A whole web application with the layer somewhere in it.
pub(crate) type Web = BoxCloneSyncService<Request<TestBody>, Response<TestBody>, Infallible>;

fn boxed<B>(body: B) -> TestBody
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
    layer: WebhookLayer<Handlers>,
}

impl Site {
    pub(crate) fn new(limit: usize) -> Self {
        let clock = Clock::at(NOW);
        let recorder = Recorder::new();
        let signed = |id, token| tower_tencent_webhook::App::signed(id, token).expect("a token");
        let apps = Apps::new([
            signed(APP, TOKEN),
            signed(OTHER_APP, OTHER_TOKEN),
            tower_tencent_webhook::App::insecure_unsigned(OPEN_APP),
        ])
        .expect("three apps");
        let layer = WebhookLayer::new(apps.clone(), recorder.handlers())
            .clock(clock.reader())
            .body_limit(limit)
            .expect("a limit");
        let (layer, outcomes) = probe::outcomes(layer);
        Self {
            clock,
            apps,
            recorder,
            app: App::new(),
            outcomes,
            layer,
        }
    }

    pub(crate) fn layer(&self) -> WebhookLayer<Handlers> {
        self.layer.clone()
    }

    /// The layer around the application.
    pub(crate) fn plain(&self) -> Web {
        web(tower::Layer::layer(&self.layer, self.app.clone()))
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
                assert_eq!(answer.text(), OK, "{what}");
                deliveries.iter().for_each(check);
                (1, 0, vec![End::Answered])
            }
            Expected::Refused(refusal) => {
                word(refusal.status());
                (0, 0, vec![End::Refused(refusal)])
            }
            Expected::Failed(kind) => {
                word(kind.status());
                (0, 0, vec![End::Failed(kind, FailureAnswer::HttpError)])
            }
            Expected::Passed => {
                assert_eq!(answer.status, App::STATUS, "{what}");
                (0, 1, vec![])
            }
            Expected::NotAWebhook(status) => {
                assert_eq!(answer.status, status, "{what}");
                let allow = (status == StatusCode::METHOD_NOT_ALLOWED).then_some("POST");
                assert_eq!(answer.header("allow"), allow, "{what}");
                assert!(answer.body.is_empty(), "{what}");
                (0, 0, vec![])
            }
        };
        assert_eq!((handled, passed, ends), wanted, "{what}");
    }
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
            Self::Socket(server) => wire::exchange(server.address, case.bytes()).await,
        }
    }
}
