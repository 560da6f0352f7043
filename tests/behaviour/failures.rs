//! What goes wrong after admission, what is answered, and who is told.

use std::{
    convert::Infallible,
    error::Error,
    fmt,
    task::{Context, Poll, Waker},
};

use crate::support::{
    AFTER, BEFORE, DENIED, MESSAGE, OK, OPEN_APP, UNKNOWN,
    connection::{self, Connection},
    probe::{App, Recorder},
    script::Script,
    server,
    watched::Site,
};
use http::{Request, StatusCode};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_tencent_webhook::{
    Delivery, FailureAnswer, Handlers, Phase,
    event::{Event, group},
    outcome::{End, FailureKind},
    reply::{Ack, MessageVerdict, Reply},
    testing::WebhookRequest,
};

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
    let errors = site.fails(AFTER, MESSAGE, FailureKind::Handler).await;
    assert_eq!(errors, ["wrapped", "disk full"]);

    let site = Site::new(service_fn(|_: Delivery<group::BeforeSendMsg>| async {
        Err::<MessageVerdict<group::Code>, _>(Wrapped(std::io::Error::other("disk full")))
    }));
    let errors = site.fails(BEFORE, MESSAGE, FailureKind::Handler).await;
    assert_eq!(errors, ["wrapped", "disk full"]);
}

#[tokio::test]
async fn an_undecodable_body_is_answered_400_and_never_reaches_a_handler() {
    const WRONG: &str = r#"{"GroupId":5,"Type":[],"From_Account":"mei","MsgBody":[]}"#;
    let recorder = Recorder::new();
    let site = Site::new(recorder.handlers());
    for command in [AFTER, BEFORE] {
        for body in [WRONG, "{\"A\":1}", "[]", "null"] {
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
    let site = Site::new(service_fn(|delivery: Delivery| async {
        match delivery.decode::<group::AfterSendMsg>() {
            Err(delivery) => Err(Wrapped(Wrapped(delivery.event.error))),
            Ok(_) => Ok(Reply::Pass),
        }
    }));
    let errors = site.fails(AFTER, "[]", FailureKind::Undecodable).await;
    assert_eq!(errors.len(), 3);
    site.passes(AFTER, MESSAGE).await;

    let site = Site::new(service_fn(|delivery: Delivery| async {
        delivery
            .decode::<group::AfterSendMsg>()
            .map(|_| Reply::Pass)
            .map_err(|delivery| delivery.event.error)
    }));
    site.fails(AFTER, "[]", FailureKind::Undecodable).await;
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
        let errors = site.fails(AFTER, MESSAGE, FailureKind::Panic).await;
        assert_eq!(errors, [""; 0]);
    }
    let errors = Site::new(PanicsUnready)
        .fails(AFTER, MESSAGE, FailureKind::Panic)
        .await;
    assert_eq!(errors, [""; 0]);
    let site = Site::new(
        Handlers::new().on(|_: Delivery<group::AfterSendMsg>| async {
            assert!(std::env::args().count() == 0, "a secret");
            Ack
        }),
    );
    site.fails(AFTER, MESSAGE, FailureKind::Panic).await;
}

#[tokio::test]
async fn a_panic_of_the_handler_leaves_the_connection_alive() {
    for in_call in [true, false] {
        let site = Site::new(Panics { in_call });
        let server = server::http1(site.layer.layer(App::new())).await;
        let mut connection = Connection::open(server.address).await;
        let post = |command| {
            let target = WebhookRequest::new(OPEN_APP, command).path_and_query();
            connection::request("POST", &target, "", MESSAGE)
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
    let (answer, ..) = site.post("State.Change", "[]").await;
    assert_eq!(answer.text(), DENIED);
}

#[tokio::test]
async fn allow_and_deny_are_for_before_webhooks() {
    type Failing = Result<Reply, Wrapped<std::io::Error>>;
    let fail = service_fn(|_: Delivery| async {
        Failing::Err(Wrapped(std::io::Error::other("disk full")))
    });
    let kind = FailureKind::Handler;
    for (answer, body) in [(FailureAnswer::Allow, OK), (FailureAnswer::Refuse, DENIED)] {
        let site = Site::answering(answer, fail);
        let (answered, failures, end) = site.post(BEFORE, MESSAGE).await;
        assert_eq!((answered.status, answered.text()), (StatusCode::OK, body));
        assert_eq!(answered.header("content-type"), Some("application/json"));
        assert_eq!(end, End::Failed(kind, answer));
        assert_eq!(failures[0].phase, Some(Phase::Before));
        // The others get the error, and the outcome says so.
        for command in [AFTER, UNKNOWN, "State.Change"] {
            site.fails(command, MESSAGE, kind).await;
        }
        // By its name, a command of no table is a before-webhook, too.
        let (answered, ..) = site.post("Cake.CallbackBeforeBake", MESSAGE).await;
        assert_eq!(answered.text(), body);
    }
}

#[tokio::test]
async fn allow_and_deny_hold_for_every_kind_of_failure() {
    let site = Site::answering(FailureAnswer::Refuse, Recorder::new().handlers());
    assert_eq!(site.post(BEFORE, "no JSON").await.0.text(), DENIED);
    let site = Site::answering(FailureAnswer::Refuse, Panics { in_call: true });
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
            let request = WebhookRequest::new(OPEN_APP, BEFORE).body(body);
            let mut response = Box::pin(site.layer.layer(App::new()).call(request));
            for _ in 0..polls {
                assert!(response.as_mut().poll(&mut cx).is_pending());
            }
            assert_eq!(site.outcomes.len(), 0, "not over yet");
            drop(response);
            let outcomes = site.outcomes.take();
            assert_eq!(outcomes.len(), 1);
            assert_eq!(outcomes[0].end, End::Abandoned);
            assert_eq!(outcomes[0].command, BEFORE);
            assert_eq!(outcomes[0].phase, Some(Phase::Before));
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
