//! What goes wrong after admission, what is answered, and who is told.

mod support;

use std::{
    convert::Infallible,
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use http::{Request, StatusCode};
use serde::Deserialize;
use support::{
    AFTER, BEFORE, DENIED, MESSAGE, OK, OPEN_APP,
    body::Script,
    probe::{App, Log, Recorder},
    server,
    wire::{self, Answer, Connection},
};
use tower::{BoxError, Layer, Service, ServiceExt, service_fn};
use tower_tencent_webhook::{
    Answer as FailureAnswer, Apps, DecodeError, DecodeErrorKind, Delivery, End, FailureKind,
    Handlers, Outcome, Phase, WebhookLayer,
    event::{Event, Payload, Undecodable, Undecoded, Webhook, group},
    reply::{Ack, MessageVerdict, Reply},
    testing::WebhookRequest,
};

/// A command of no table.
const UNKNOWN: &str = "Cake.CallbackAfterBake";

fn apps() -> Apps {
    Apps::new([tower_tencent_webhook::App::insecure_unsigned(OPEN_APP)]).expect("one app")
}

/// What a failure said, kept.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    kind: FailureKind,
    command: String,
    phase: Option<Phase>,
    sdk_app_id: u64,
    /// The error and its sources.
    errors: Vec<String>,
}

/// A layer that decides on all failures in one way, and what is told about it.
struct Site<H, E> {
    layer: WebhookLayer<H, E>,
    failures: Log<Seen>,
    outcomes: Log<Outcome>,
}

impl<H, E> Site<H, E>
where
    H: Service<Delivery<E>, Response: Into<E::Reply>, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    E: Payload,
{
    fn new(handler: H) -> Self {
        Self::answering(FailureAnswer::HttpError, handler)
    }

    fn answering(answer: FailureAnswer, handler: H) -> Self {
        let (failures, outcomes) = (Log::new(), Log::new());
        let (seen, ended) = (failures.clone(), outcomes.clone());
        let layer = WebhookLayer::new(apps(), handler)
            .on_failure(move |failure| {
                let mut errors = Vec::new();
                let mut next = failure.error();
                while let Some(error) = next {
                    errors.push(error.to_string());
                    next = error.source();
                }
                seen.push(Seen {
                    kind: failure.kind(),
                    command: failure.command().to_owned(),
                    phase: failure.phase(),
                    sdk_app_id: failure.sdk_app_id(),
                    errors,
                });
                answer
            })
            .on_outcome(move |outcome| ended.push(*outcome));
        Self {
            layer,
            failures,
            outcomes,
        }
    }

    /// The answer to a webhook, the failures and the end that were reported.
    async fn post(&self, command: &str, body: &'static str) -> (Answer, Vec<Seen>, End) {
        let request = WebhookRequest::new(OPEN_APP, command).body(Script::whole(body));
        let Ok(response) = self.layer.layer(App::new()).oneshot(request).await;
        let answer = Answer::of(response).await;
        let outcomes = self.outcomes.take();
        let [outcome] = outcomes[..] else {
            unreachable!("one outcome for one request: {outcomes:?}");
        };
        assert_eq!(outcome.sdk_app_id, Some(OPEN_APP));
        (answer, self.failures.take(), outcome.end)
    }

    /// A failure that is answered with an HTTP error.
    async fn fails(&self, command: &str, body: &'static str, kind: FailureKind) -> Vec<String> {
        let (answer, failures, end) = self.post(command, body).await;
        assert_eq!(answer.status, kind.status());
        assert_eq!(answer.header("content-type"), Some("text/plain"));
        assert_eq!(Some(answer.text()), kind.status().canonical_reason());
        assert_eq!(end, End::Failed(kind, FailureAnswer::HttpError));
        let [failure] = &failures[..] else {
            unreachable!("one failure: {failures:?}");
        };
        assert_eq!(failure.kind, kind);
        assert_eq!(failure.command, command);
        assert_eq!(failure.sdk_app_id, OPEN_APP);
        failure.errors.clone()
    }

    /// A webhook that is handled.
    async fn passes(&self, command: &str, body: &'static str) {
        let (answer, failures, end) = self.post(command, body).await;
        assert_eq!((answer.status, answer.text()), (StatusCode::OK, OK));
        assert_eq!((failures, end), (vec![], End::Answered));
    }
}

/// An error with a source.
#[derive(Debug)]
struct Wrapped<E>(E);

impl<E> fmt::Display for Wrapped<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("wrapped")
    }
}

impl<E: Error + 'static> Error for Wrapped<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[tokio::test]
async fn an_error_of_the_handler_is_answered_500_and_seen_with_its_sources() {
    let site = Site::new(
        Handlers::new().on(|_: Delivery<group::AfterSendMsg>| async {
            Err::<Ack, _>(Wrapped(std::io::Error::other("disk full")))
        }),
    );
    let errors = site.fails(AFTER, MESSAGE, FailureKind::HandlerError).await;
    assert_eq!(errors, ["wrapped", "disk full"]);

    let site = Site::new(service_fn(|_: Delivery<group::BeforeSendMsg>| async {
        Err::<MessageVerdict<group::Code>, _>(Wrapped(std::io::Error::other("disk full")))
    }));
    let errors = site.fails(BEFORE, MESSAGE, FailureKind::HandlerError).await;
    assert_eq!(errors, ["wrapped", "disk full"]);
}

#[tokio::test]
async fn an_undecodable_body_is_answered_400_and_never_reaches_a_handler() {
    const WRONG: &str = r#"{"GroupId":5,"Type":[],"From_Account":"mei","MsgBody":[]}"#;
    let recorder = Recorder::new();
    let site = Site::new(recorder.handlers());
    for command in [AFTER, BEFORE] {
        for body in [WRONG, "", "{}", "[]", "null"] {
            let errors = site.fails(command, body, FailureKind::Undecodable).await;
            assert_eq!(errors.len(), 1);
            assert!(errors[0].starts_with("body "), "{errors:?}");
        }
    }
    let site = Site::new(service_fn(|_: Delivery<group::AfterSendMsg>| async {
        unreachable!("not decoded");
        #[allow(unreachable_code, reason = "it fixes the type")]
        Ok::<_, Infallible>(Ack)
    }));
    site.fails(AFTER, WRONG, FailureKind::Undecodable).await;
    assert_eq!(recorder.deliveries.len(), 0);
}

#[tokio::test]
async fn a_decode_error_of_a_service_is_a_failure_of_the_same_kind_however_wrapped() {
    let site = Site::new(service_fn(|delivery: Delivery<Event>| async {
        match delivery.event {
            Event::Undecodable(Undecodable { error, .. }) => Err(Wrapped(Wrapped(error))),
            _ => Ok(Reply::Pass),
        }
    }));
    let errors = site.fails(AFTER, "", FailureKind::Undecodable).await;
    assert_eq!(errors.len(), 3);
    site.passes(AFTER, MESSAGE).await;

    let site = Site::new(service_fn(|delivery: Delivery| async {
        delivery
            .decode::<group::AfterSendMsg>()
            .map(|_| Reply::Pass)
            .map_err(|delivery| delivery.event.error)
    }));
    site.fails(AFTER, "", FailureKind::Undecodable).await;
    site.passes(AFTER, MESSAGE).await;
}

/// Panics with a secret, in `call` or in the first poll.
#[derive(Debug, Clone)]
struct Panics {
    in_call: bool,
}

impl Service<Delivery> for Panics {
    type Response = Reply;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Reply, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> Self::Future {
        if delivery.command() == UNKNOWN {
            return Box::pin(async { Ok(Reply::Pass) });
        }
        assert!(!self.in_call, "a secret: {}", delivery.command());
        Box::pin(async { unreachable!("a secret") })
    }
}

/// Panics when it is asked whether it is ready.
#[derive(Debug, Clone)]
struct PanicsUnready;

impl Service<Delivery> for PanicsUnready {
    type Response = Reply;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Reply, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        unreachable!("a secret")
    }

    fn call(&mut self, _: Delivery) -> Self::Future {
        std::future::ready(Ok(Reply::Pass))
    }
}

#[tokio::test]
async fn a_panic_of_the_handler_is_answered_500_and_its_payload_stays_here() {
    for in_call in [true, false] {
        let site = Site::new(Panics { in_call });
        let errors = site.fails(AFTER, MESSAGE, FailureKind::HandlerPanic).await;
        assert_eq!(errors, [""; 0]);
    }
    let errors = Site::new(PanicsUnready)
        .fails(AFTER, MESSAGE, FailureKind::HandlerPanic)
        .await;
    assert_eq!(errors, [""; 0]);
    let site = Site::new(
        Handlers::new().on(|_: Delivery<group::AfterSendMsg>| async {
            assert!(std::env::args().count() == 0, "a secret");
            Ack
        }),
    );
    site.fails(AFTER, MESSAGE, FailureKind::HandlerPanic).await;
}

#[tokio::test]
async fn a_panic_of_the_handler_leaves_the_connection_alive() {
    for in_call in [true, false] {
        let site = Site::new(Panics { in_call });
        let server = server::http1(site.layer.layer(App::new())).await;
        let mut connection = Connection::open(server.address).await;
        let post = |command| {
            let target = WebhookRequest::new(OPEN_APP, command).path_and_query();
            wire::request("POST", &target, "", MESSAGE)
        };
        for _ in 0..2 {
            let answer = connection.exchange(post(AFTER)).await;
            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(answer.text(), "Internal Server Error");
            assert!(!answer.head.contains("secret"));
            assert_eq!(connection.exchange(post(UNKNOWN)).await.text(), OK);
        }
        assert_eq!(site.outcomes.len(), 4);
    }
}

#[tokio::test]
async fn a_reply_of_another_form_is_never_sent() {
    let site = Site::new(service_fn(|delivery: Delivery<Event>| async move {
        Ok::<Reply, Infallible>(match delivery.command() {
            BEFORE => Ack.into(),
            _ => MessageVerdict::<group::Code>::Refuse.into(),
        })
    }));
    for command in [BEFORE, AFTER, UNKNOWN] {
        let errors = site.fails(command, MESSAGE, FailureKind::WrongReply).await;
        assert_eq!(errors, [""; 0]);
    }
    // A command of which nothing at all is known takes any form.
    let (answer, ..) = site.post("State.Change", "").await;
    assert_eq!(answer.text(), DENIED);
}

#[tokio::test]
async fn allow_and_deny_are_for_before_webhooks() {
    type Failing = Result<Reply, Wrapped<std::io::Error>>;
    let fail = service_fn(|_: Delivery| async {
        Failing::Err(Wrapped(std::io::Error::other("disk full")))
    });
    let kind = FailureKind::HandlerError;
    for (answer, body) in [(FailureAnswer::Allow, OK), (FailureAnswer::Deny, DENIED)] {
        let site = Site::answering(answer, fail);
        let (answered, failures, end) = site.post(BEFORE, MESSAGE).await;
        assert_eq!((answered.status, answered.text()), (StatusCode::OK, body));
        assert_eq!(answered.header("content-type"), Some("application/json"));
        assert_eq!(end, End::Failed(kind, answer));
        assert_eq!(failures[0].phase, Some(Phase::Before));
        // The others get the error, and the outcome says so.
        for command in [AFTER, UNKNOWN, "Cake.CallbackBeforeBake", "State.Change"] {
            site.fails(command, MESSAGE, kind).await;
        }
    }
}

#[tokio::test]
async fn allow_and_deny_hold_for_every_kind_of_failure() {
    let site = Site::answering(FailureAnswer::Deny, Recorder::new().handlers());
    assert_eq!(site.post(BEFORE, "no JSON").await.0.text(), DENIED);
    let site = Site::answering(FailureAnswer::Deny, Panics { in_call: true });
    assert_eq!(site.post(BEFORE, MESSAGE).await.0.text(), DENIED);
    let site = Site::answering(
        FailureAnswer::Allow,
        service_fn(|_: Delivery| async { Ok::<Reply, Infallible>(Ack.into()) }),
    );
    let (answer, _, end) = site.post(BEFORE, MESSAGE).await;
    assert_eq!(answer.text(), OK);
    assert_eq!(
        end,
        End::Failed(FailureKind::WrongReply, FailureAnswer::Allow)
    );
}

#[tokio::test]
async fn a_dropped_request_is_reported_once_as_abandoned() {
    let never = service_fn(|_: Delivery| std::future::pending::<Result<Reply, Infallible>>());
    let site = Site::new(never);
    let mut cx = Context::from_waker(Waker::noop());
    for polls in 0..3 {
        for body in [
            Script::whole(MESSAGE),
            Script::new().data(MESSAGE).pending().pending().pending(),
        ] {
            let request = WebhookRequest::new(OPEN_APP, AFTER).body(body);
            let mut response = Box::pin(site.layer.layer(App::new()).call(request));
            for _ in 0..polls {
                assert!(response.as_mut().poll(&mut cx).is_pending());
            }
            assert_eq!(site.outcomes.len(), 0, "not over yet");
            drop(response);
            let outcomes = site.outcomes.take();
            assert_eq!(outcomes.len(), 1);
            assert_eq!(outcomes[0].end, End::Abandoned);
            assert_eq!(outcomes[0].command, AFTER);
            assert_eq!(outcomes[0].phase, Some(Phase::After));
        }
    }
    assert_eq!(site.failures.len(), 0);
}

#[tokio::test]
async fn what_passes_on_has_no_outcome_and_an_answer_that_is_dropped_has_one() {
    let site = Site::new(Recorder::new().handlers());
    let request = Request::get("/home").body(Script::new()).unwrap();
    let Ok(_) = site.layer.layer(App::new()).oneshot(request).await;
    assert_eq!(site.outcomes.len(), 0);
    let request = WebhookRequest::new(OPEN_APP, AFTER).body(Script::whole(MESSAGE));
    let Ok(response) = site.layer.layer(App::new()).oneshot(request).await;
    drop(response);
    let request = WebhookRequest::new(1, AFTER).body(Script::untouched());
    drop(site.layer.layer(App::new()).call(request));
    assert_eq!(site.outcomes.len(), 2);
}

#[tokio::test]
async fn an_outcome_names_only_what_is_known() {
    let site = Site::new(Recorder::new().handlers());
    for (command, named, phase) in [
        (AFTER, AFTER, Some(Phase::After)),
        (BEFORE, BEFORE, Some(Phase::Before)),
        (UNKNOWN, "other", Some(Phase::After)),
        ("State.Change", "other", None),
    ] {
        let request = WebhookRequest::new(OPEN_APP, command).body(Script::whole(MESSAGE));
        let Ok(_) = site.layer.layer(App::new()).oneshot(request).await;
        let outcomes = site.outcomes.take();
        assert_eq!((outcomes[0].command, outcomes[0].phase), (named, phase));
    }
}

#[tokio::test]
async fn the_fallback_gets_the_commands_without_a_handler_undecoded() {
    let (own, rest) = (Recorder::new(), Recorder::new());
    let handlers = Handlers::new()
        .on_with(
            own.clone(),
            |own: Recorder, delivery: Delivery<group::AfterSendMsg>| async move {
                own.keep(delivery);
                Ack
            },
        )
        .fallback({
            let rest = rest.clone();
            move |delivery: Delivery| {
                rest.keep(delivery);
                async { Ack }
            }
        });
    let site = Site::new(handlers);
    site.passes(AFTER, MESSAGE).await;
    site.passes(UNKNOWN, "no JSON").await;
    // An acknowledgement of a before-webhook lets the action pass.
    site.passes(BEFORE, "no JSON").await;
    let commands = |recorder: &Recorder| -> Vec<String> {
        let deliveries = recorder.deliveries.take();
        deliveries
            .iter()
            .map(|delivery| delivery.command().to_owned())
            .collect()
    };
    assert_eq!(commands(&own), [AFTER]);
    assert_eq!(commands(&rest), [UNKNOWN, BEFORE]);

    // It is no refuge of what cannot be decoded.
    site.fails(AFTER, "no JSON", FailureKind::Undecodable).await;
    assert_eq!(rest.deliveries.len(), 0);
}

#[tokio::test]
async fn a_fallback_may_refuse_and_fail() {
    let site = Site::new(Handlers::new().fallback(|delivery: Delivery| async move {
        match delivery.command() {
            BEFORE => Ok(MessageVerdict::<group::Code>::Refuse),
            _ => Err("no such command here"),
        }
    }));
    let (answer, _, end) = site.post(BEFORE, "").await;
    assert_eq!((answer.text(), end), (DENIED, End::Answered));
    let errors = site.fails(UNKNOWN, "", FailureKind::HandlerError).await;
    assert_eq!(errors, ["no such command here"]);
}

#[tokio::test]
async fn without_a_fallback_everything_is_acknowledged() {
    let site = Site::new(Handlers::new());
    for command in [AFTER, BEFORE, UNKNOWN, ""] {
        site.passes(command, "no JSON").await;
    }
}

#[tokio::test]
async fn the_handler_of_undecodable_bodies_gets_them_with_the_reason() {
    let reasons = Log::new();
    let writer = reasons.clone();
    let site = Site::new(Recorder::new().handlers().undecodable(
        move |delivery: Delivery<Undecodable>| {
            writer.push((
                delivery.command().to_owned(),
                delivery.body().clone(),
                delivery.event.error.clone(),
            ));
            async move {
                match delivery.command() {
                    BEFORE => Ok(MessageVerdict::<group::Code>::Refuse),
                    _ => Err::<_, DecodeError>(delivery.event.error),
                }
            }
        },
    ));
    let (answer, _, end) = site.post(BEFORE, "no JSON").await;
    assert_eq!((answer.text(), end), (DENIED, End::Answered));
    site.fails(AFTER, "{}", FailureKind::Undecodable).await;
    site.passes(UNKNOWN, "no JSON").await;
    let reasons = reasons.take();
    let [(before, body, not_json), (after, _, shapeless)] = &reasons[..] else {
        unreachable!("two");
    };
    assert_eq!((&**before, &body[..]), (BEFORE, &b"no JSON"[..]));
    assert_eq!(not_json.kind(), DecodeErrorKind::NotJson);
    assert_eq!(after, AFTER);
    assert_eq!(shapeless.kind(), DecodeErrorKind::UnexpectedShape);
}

/// The panic of a registration: its message, and the file and line it names.
fn panic_of(register: impl FnOnce()) -> (String, String, u32) {
    // The hook is the process's, so one test at a time sets it.
    static HOOK: Mutex<()> = Mutex::new(());
    let _alone = HOOK.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let place = Arc::new(Mutex::new(None));
    let this = std::thread::current().id();
    let old = Arc::new(std::panic::take_hook());
    let (seen, others) = (Arc::clone(&place), Arc::clone(&old));
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() != this {
            return others(panic);
        }
        let location = panic.location().expect("a location");
        *seen.lock().expect("the hook") = Some((location.file().to_owned(), location.line()));
    }));
    let payload = catch_unwind(AssertUnwindSafe(register)).expect_err("a panic");
    std::panic::set_hook(Box::new(move |panic| old(panic)));
    let message = match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => (*payload.downcast::<&str>().expect("a text")).to_owned(),
    };
    let (file, line) = place.lock().expect("the hook").take().expect("a place");
    (message, file, line)
}

#[test]
fn registering_twice_panics_at_the_callers_line() {
    fn on(handlers: Handlers) -> Handlers {
        handlers.on(|_: Delivery<group::AfterSendMsg>| async { Ack })
    }
    let twice = "command `Group.CallbackAfterSendMsg` has a handler already";

    let once = on(Handlers::new());
    let (message, file, line) = panic_of(|| {
        let _ = once.on(|_: Delivery<group::AfterSendMsg>| async { Ack });
    });
    assert_eq!(message, twice);
    assert_eq!((file.as_str(), line), (file!(), line!() - 3));

    let once = on(Handlers::new());
    let (message, file, line) = panic_of(|| {
        let _ = once.on_with((), |(), _: Delivery<group::AfterSendMsg>| async { Ack });
    });
    assert_eq!(message, twice);
    assert_eq!((file.as_str(), line), (file!(), line!() - 3));

    let once = Handlers::new().fallback(|_| async { Ack });
    let (message, file, line) = panic_of(|| {
        let _ = once.fallback(|_| async { Ack });
    });
    assert_eq!(message, "there is a fallback already");
    assert_eq!((file.as_str(), line), (file!(), line!() - 3));

    let once = Handlers::new().undecodable(|_| async { Ack });
    let (message, file, line) = panic_of(|| {
        let _ = once.undecodable(|_| async { Ack });
    });
    assert_eq!(message, "there is a handler of undecodable bodies already");
    assert_eq!((file.as_str(), line), (file!(), line!() - 3));
}

/// An event of an own command.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AfterBake {
    flavour: String,
}

impl Webhook for AfterBake {
    const COMMAND: &'static str = UNKNOWN;
    type Reply = Ack;
}

/// An own form of a documented command.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OnlyTheGroup {
    group_id: String,
}

impl Webhook for OnlyTheGroup {
    const COMMAND: &'static str = BEFORE;
    type Reply = MessageVerdict<group::Code>;
}

/// One that takes the wrong reply.
#[derive(Deserialize)]
struct Acknowledged {}

impl Webhook for Acknowledged {
    const COMMAND: &'static str = BEFORE;
    type Reply = Ack;
}

#[tokio::test]
async fn an_own_event_works_among_handlers_and_alone() {
    const CAKE: &str = r#"{"CallbackCommand":"Cake.CallbackAfterBake","Flavour":"plum"}"#;
    let flavours = Log::new();
    let handlers = Handlers::new()
        .on_with(
            flavours.clone(),
            |flavours: Log<String>, delivery: Delivery<AfterBake>| async move {
                flavours.push(delivery.event.flavour);
                Ack
            },
        )
        .on(|delivery: Delivery<OnlyTheGroup>| async move {
            match &*delivery.event.group_id {
                "g" => MessageVerdict::Refuse,
                _ => MessageVerdict::Allow,
            }
        });
    let site = Site::new(handlers);
    site.passes(UNKNOWN, CAKE).await;
    assert_eq!(flavours.take(), ["plum"]);
    assert_eq!(site.post(BEFORE, MESSAGE).await.0.text(), DENIED);
    site.fails(UNKNOWN, "{}", FailureKind::Undecodable).await;
    site.fails(UNKNOWN, MESSAGE, FailureKind::Undecodable).await;

    let writer = flavours.clone();
    let site = Site::new(service_fn(move |delivery: Delivery<AfterBake>| {
        writer.push(delivery.event.flavour);
        async { Ok::<_, Infallible>(Ack) }
    }));
    site.passes(UNKNOWN, CAKE).await;
    assert_eq!(flavours.take(), ["plum"]);
    site.fails(UNKNOWN, "{}", FailureKind::Undecodable).await;

    let (message, ..) = panic_of(|| {
        let _ = Handlers::new().on(|_: Delivery<Acknowledged>| async { Ack });
    });
    assert_eq!(
        message,
        "command `Group.CallbackBeforeSendMsg` takes GroupMessage, not Ack"
    );
}

#[tokio::test]
async fn an_undecoded_delivery_is_the_whole_request() {
    let recorder = Recorder::new();
    let layer = WebhookLayer::<_, Undecoded>::new(apps(), recorder.clone());
    let mut request = WebhookRequest::new(OPEN_APP, AFTER)
        .path("/im")
        .body(Script::bytewise(MESSAGE.as_bytes()));
    request
        .headers_mut()
        .insert("x-trace", "7".parse().unwrap());
    request.extensions_mut().insert(7_u8);
    let uri = request.uri().clone();
    let Ok(_) = layer.layer(App::new()).oneshot(request).await;
    let deliveries = recorder.deliveries.take();
    let delivery = &deliveries[0];
    assert_eq!(delivery.uri(), &uri);
    assert_eq!(delivery.headers()["x-trace"], "7");
    assert_eq!(delivery.extensions().get(), Some(&7_u8));
    assert_eq!(delivery.parts().method, http::Method::POST);
    assert_eq!(delivery.body(), MESSAGE.as_bytes());
    assert_eq!(delivery.sdk_app_id(), OPEN_APP);
    assert_eq!(delivery.phase(), Some(Phase::After));
}
