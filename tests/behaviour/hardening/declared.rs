//! Part G, as far as settings and declarations decide: own events, extremes, paths.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, SystemTime},
};

use http::StatusCode;
use serde::Deserialize;
use tower::{Layer, service_fn};
use tower_tencent_webhook::{
    Delivery, FailureAnswer, Handlers, Outcome, WebhookLayer,
    event::{Webhook, group},
    outcome::{End, FailureKind},
    reply::{Ack, FriendVerdict, Reply, Verdict},
    testing::WebhookRequest,
};
use tracing_subscriber::filter::LevelFilter;

use super::{
    case::{Case, Row, Way},
    site::{Site, Web, boxed, call, served, web},
};
use crate::support::{
    AFTER, BEFORE, DENIED, MESSAGE, OK, OPEN_APP,
    capture::Capture,
    connection::{self, Answer},
    open_apps,
    probe::{self, App, Log, Recorder},
    script::Script,
    server,
};

/// An event of one's own, of this command and reply.
macro_rules! own {
    ($($name:ident = $command:literal -> $reply:ty;)+) => {$(
        #[derive(Deserialize)]
        struct $name {}

        impl Webhook for $name {
            const COMMAND: &'static str = $command;
            type Reply = $reply;
        }
    )+};
}

own! {
    BeforeBake = "Cake.CallbackBeforeBake" -> Verdict<group::Code>;
    PrevEat = "Cake.CallbackPrevEat" -> FriendVerdict;
    Taste = "Cake.Taste" -> Verdict<group::Code>;
    AfterBake = "Cake.CallbackAfterBake" -> Ack;
    Aliased = "Live.CallbackMemberStateChanged" -> Ack;
    Contradicting = "Group.CallbackBeforeSendMsg" -> Ack;
}

/// Sends a body of a command, one way or the other.
async fn send(way: Way, web: &Web, command: &str, body: &'static str) -> Answer {
    let webhook = WebhookRequest::new(OPEN_APP, command);
    match way {
        Way::Tower => call(web.clone(), webhook.body(boxed(Script::whole(body)))).await,
        Way::Socket => {
            let server = server::http1(served(web.clone())).await;
            let bytes = connection::request("POST", &webhook.path_and_query(), "", body);
            connection::exchange(server.address, bytes).await
        }
    }
}

/// A layer whose handlers all fail, and which answers that in one way.
fn failing(answer: FailureAnswer, declare: bool) -> (Web, Log<Outcome>) {
    fn no<T>() -> Result<T, &'static str> {
        Err("no")
    }
    let handlers = Handlers::new()
        .on(async |_: Delivery<BeforeBake>| no())
        .on(async |_: Delivery<PrevEat>| no())
        .on(async |_: Delivery<Taste>| no())
        .on(async |_: Delivery<AfterBake>| no());
    let layer = WebhookLayer::new(open_apps(), handlers).on_failure(move |_| answer);
    let layer = match declare {
        true => layer
            .declare::<BeforeBake>()
            .declare::<PrevEat>()
            .declare::<Taste>()
            .declare::<AfterBake>(),
        false => layer,
    };
    let (layer, outcomes) = probe::outcomes(layer);
    (web(layer.layer(App::new())), outcomes)
}

const FRIENDS: &str = r#"{"FriendItem":[{"To_Account":"a"}]}"#;

pub(crate) async fn a_refusal_of_an_own_event_is_sent(row: &mut Row) {
    const REFUSED_FRIENDS: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"ResultItem":[{"To_Account":"a","ResultCode":38000,"ResultInfo":""}]}"#;
    let http_error = "Internal Server Error";
    for way in row.ways() {
        // By its name, in the common form, where the kind is not known.
        for (command, refused, allowed) in [
            (BeforeBake::COMMAND, DENIED, OK),
            (PrevEat::COMMAND, DENIED, OK),
            (Taste::COMMAND, http_error, http_error),
            (AfterBake::COMMAND, http_error, http_error),
        ] {
            for (answer, wanted) in [
                (FailureAnswer::Refuse, refused),
                (FailureAnswer::Allow, allowed),
                (FailureAnswer::HttpError, http_error),
            ] {
                let (web, outcomes) = failing(answer, false);
                let got = send(way, &web, command, FRIENDS).await;
                assert_eq!(got.text(), wanted, "{command}, {answer:?}");
                assert_eq!(outcomes.take()[0].command, "other");
            }
        }
        // As declared.
        for (command, refused) in [
            (BeforeBake::COMMAND, DENIED),
            (PrevEat::COMMAND, REFUSED_FRIENDS),
            (Taste::COMMAND, DENIED),
            (AfterBake::COMMAND, http_error),
        ] {
            let (web, outcomes) = failing(FailureAnswer::Refuse, true);
            let got = send(way, &web, command, FRIENDS).await;
            assert_eq!(got.text(), refused, "{command}");
            let outcome = outcomes.take()[0];
            assert_eq!(outcome.command, command);
            let chosen = match refused == http_error {
                true => FailureAnswer::HttpError,
                false => FailureAnswer::Refuse,
            };
            assert_eq!(outcome.end, End::Failed(FailureKind::Handler, chosen));
        }
        // A layer of one event declares it by itself.
        let handler = service_fn(async |_: Delivery<PrevEat>| Err::<FriendVerdict, _>("no"));
        let layer = WebhookLayer::new(open_apps(), handler).on_failure(|_| FailureAnswer::Refuse);
        let (layer, outcomes) = probe::outcomes(layer);
        let got = send(
            way,
            &web(layer.layer(App::new())),
            PrevEat::COMMAND,
            FRIENDS,
        )
        .await;
        assert_eq!(got.text(), REFUSED_FRIENDS);
        assert_eq!(outcomes.take()[0].command, PrevEat::COMMAND);
    }
}

/// What a start-up says when it fails.
fn refusal(start: impl FnOnce()) -> Option<String> {
    let said = catch_unwind(AssertUnwindSafe(start)).err()?;
    let literal = said.downcast_ref::<&str>().map(|said| (*said).to_owned());
    literal.or_else(|| said.downcast::<String>().ok().map(|said| *said))
}

pub(crate) async fn an_own_event_may_have_an_alias_and_no_other_reply(row: &mut Row) {
    let target = |command: &str| format!("/?SdkAppid={OPEN_APP}&CallbackCommand={command}");
    let first = "Live.CallbackAfterMemberStateChanged";
    let one_event = |site: &Site| {
        let recorder = site.recorder.clone();
        let outcomes = site.outcomes.clone();
        let handler = service_fn(move |delivery: Delivery<Aliased>| {
            recorder.keep(delivery);
            async { Ok::<_, Infallible>(Ack) }
        });
        let layer = WebhookLayer::new(site.apps.clone(), handler);
        let layer = layer.on_outcome(move |outcome| outcomes.push(*outcome));
        web(layer.layer(site.app.clone()))
    };
    let handlers = |site: &Site| {
        let handlers = Handlers::new().on_with(
            site.recorder.clone(),
            |recorder: Recorder, delivery: Delivery<Aliased>| async move {
                recorder.keep(delivery);
                Ack
            },
        );
        let outcomes = site.outcomes.clone();
        let layer = WebhookLayer::new(site.apps.clone(), handlers);
        let layer = layer.on_outcome(move |outcome| outcomes.push(*outcome));
        web(layer.layer(site.app.clone()))
    };
    for in_url in [Aliased::COMMAND, first] {
        for in_body in [Aliased::COMMAND, first] {
            let case = Case::new(format!("{in_url}, {in_body}"), target(in_url))
                .whole(format!(r#"{{"CallbackCommand":"{in_body}","A":1}}"#));
            row.check([case.clone().stack(one_event), case.stack(handlers)])
                .await;
        }
    }
    let contradicting = || {
        let handler = service_fn(async |_: Delivery<Contradicting>| Ok::<_, Infallible>(Ack));
        drop(WebhookLayer::new(open_apps(), handler));
    };
    let said = refusal(contradicting).expect("refused");
    assert!(
        said.contains(Contradicting::COMMAND) && said.contains("GroupMessage"),
        "{said}"
    );
    let declaring = || {
        drop(WebhookLayer::new(open_apps(), Handlers::new()).declare::<Contradicting>());
    };
    assert_eq!(refusal(declaring), Some(said));
}

fn layer() -> WebhookLayer {
    WebhookLayer::new(open_apps(), Recorder::new().handlers())
}

pub(crate) async fn extreme_settings_work_or_are_refused(row: &mut Row) {
    for window in [Duration::ZERO, Duration::from_secs(3601), Duration::MAX] {
        let signature = move || drop(layer().signature_window(window));
        assert!(refusal(signature).is_some(), "{window:?}");
        let event = move || drop(layer().event_window(window));
        assert!(refusal(event).is_some(), "{window:?}");
    }
    for zero in [
        (|| drop(layer().deadline(Duration::ZERO))) as fn(),
        || drop(layer().event_deadline(Duration::ZERO)),
        || drop(layer().body_limit(0)),
        || drop(layer().background_limit(0)),
    ] {
        assert!(refusal(zero).is_some_and(|said| said.contains("zero")));
    }
    for window in [Duration::from_secs(1), Duration::from_secs(3600)] {
        let narrow = layer().signature_window(window);
        let _ = narrow.event_window(window);
    }
    for way in row.ways() {
        let works = |layer: WebhookLayer| async move {
            for command in [AFTER, BEFORE] {
                let web = web(layer.layer(App::new()));
                let answer = send(way, &web, command, MESSAGE).await;
                assert_eq!(answer.text(), OK);
            }
        };
        let longest = layer().deadline(Duration::MAX);
        let longest = longest.event_deadline(Duration::MAX);
        works(longest.body_limit(usize::MAX)).await;
        works(layer().background_limit(usize::MAX)).await;
        works(layer().clock(|| SystemTime::UNIX_EPOCH)).await;
        // The shortest: whatever has to wait is late.
        let slow = service_fn(async |_: Delivery| {
            tokio::task::yield_now().await;
            std::future::pending::<Result<Reply, Infallible>>().await
        });
        let shortest = WebhookLayer::new(open_apps(), slow);
        let shortest = shortest.deadline(Duration::from_nanos(1));
        let web = web(shortest.layer(App::new()));
        let answer = send(way, &web, BEFORE, MESSAGE).await;
        assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
        assert_eq!(layer().drain(Duration::MAX).await, 0);
    }
}

pub(crate) async fn a_path_that_never_matches_is_told(row: &mut Row) {
    for path in [
        "im",
        "",
        "/im?x=1",
        "/im#x",
        "/a b",
        "https://a.test/im",
        "*",
    ] {
        let said = refusal(move || drop(layer().path(path))).expect(path);
        assert!(said.contains("begins with `/`"), "{said}");
    }
    for path in ["/", "/im", "/im/", "//", "/%69m", "/a;b=c"] {
        let _ = layer().path(path);
    }
    for way in row.ways() {
        let (told, _guard) = Capture::start(LevelFilter::WARN);
        let mounted = web(layer().path("/hooks/im").into_service());
        for _ in 0..2 {
            let answer = send(way, &mounted, AFTER, MESSAGE).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        }
        let line = told.line();
        assert_eq!(line.get("path"), Some("/hooks/im"));
        assert_eq!(line.get("requested"), Some("/"));
        assert!(
            line.get("message")
                .is_some_and(|said| said.contains("nest"))
        );
        // Nothing is said where it works, whatever else is posted elsewhere.
        let right = web(layer().path("/").into_service());
        assert_eq!(send(way, &right, AFTER, MESSAGE).await.text(), OK);
        assert!(told.lines().is_empty());
    }
}
