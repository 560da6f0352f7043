//! What `Handlers` hands to whom, and what it refuses to register.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
};

use crate::support::{
    AFTER, BEFORE, DENIED, MESSAGE, OPEN_APP, UNKNOWN, open_apps,
    probe::{App, Log, Recorder},
    script::Script,
    watched::Site,
};
use http::StatusCode;
use serde::Deserialize;
use tower::{Layer, ServiceExt, service_fn};
use tower_tencent_webhook::{
    Delivery, Handlers, Phase, WebhookLayer,
    error::{DecodeError, DecodeErrorKind},
    event::{Undecodable, Undecoded, Webhook, group},
    outcome::{End, FailureKind},
    reply::{Ack, MessageVerdict, Reply},
    testing::{self, WebhookRequest},
};

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

    // It is no refuge for what cannot be decoded.
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
    let (answer, _, end) = site.post(BEFORE, "[]").await;
    assert_eq!((answer.text(), end), (DENIED, End::Answered));
    let errors = site.fails(UNKNOWN, "[]", FailureKind::Handler).await;
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
    site.fails(AFTER, "[]", FailureKind::Undecodable).await;
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
    let twice =
        "command `Group.CallbackAfterSendMsg` has a handler already: register one that does both";

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

    let (once, other) = (on(Handlers::new()), on(Handlers::new()));
    let (message, file, line) = panic_of(|| {
        let _ = once.merge(other);
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

#[tokio::test]
async fn handlers_with_a_state_are_merged_into_others() {
    let seen = Log::new();
    let stateful = Handlers::with_state(seen.clone())
        .on(
            |seen: Log<&str>, _: Delivery<group::AfterSendMsg>| async move {
                seen.push("after");
                Ack
            },
        )
        .on(
            |seen: Log<&str>, _: Delivery<group::BeforeSendMsg>| async move {
                seen.push("before");
                MessageVerdict::Refuse
            },
        );
    let handlers = Handlers::new().merge(stateful).fallback(|_| async { Ack });
    for (command, expected) in [
        (AFTER, Reply::from(Ack)),
        (BEFORE, Reply::from(MessageVerdict::<group::Code>::Refuse)),
        (UNKNOWN, Reply::Pass),
    ] {
        let delivery = testing::undecoded(command, MESSAGE);
        let reply = handlers.clone().oneshot(delivery).await.expect("a reply");
        assert_eq!(reply, expected, "{command}");
    }
    assert_eq!(seen.take(), ["after", "before"]);
}

/// An event of a user's own command.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AfterBake {
    flavour: String,
}

impl Webhook for AfterBake {
    const COMMAND: &'static str = UNKNOWN;
    type Reply = Ack;
}

/// A user's own form of a documented command.
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
    site.fails(UNKNOWN, "[]", FailureKind::Undecodable).await;
    site.fails(UNKNOWN, MESSAGE, FailureKind::Undecodable).await;

    let writer = flavours.clone();
    let site = Site::new(service_fn(move |delivery: Delivery<AfterBake>| {
        writer.push(delivery.event.flavour);
        async { Ok::<_, Infallible>(Ack) }
    }));
    site.passes(UNKNOWN, CAKE).await;
    assert_eq!(flavours.take(), ["plum"]);
    site.fails(UNKNOWN, "[]", FailureKind::Undecodable).await;

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
    let layer = WebhookLayer::<Undecoded>::new(open_apps(), recorder.clone());
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
    assert_eq!(delivery.parts().uri, uri);
    assert_eq!(delivery.parts().headers["x-trace"], "7");
    assert_eq!(delivery.extensions().get(), Some(&7_u8));
    assert_eq!(delivery.parts().method, http::Method::POST);
    assert_eq!(delivery.body(), MESSAGE.as_bytes());
    assert_eq!(delivery.sdk_app_id(), OPEN_APP);
    assert_eq!(delivery.phase(), Some(Phase::After));
}

/// A user's own form of a documented command, by the name that the vendor once gave it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ByItsOldName {
    room_id: String,
}

impl Webhook for ByItsOldName {
    const COMMAND: &'static str = "Live.CallbackMemberStateChanged";
    type Reply = Ack;
}

#[tokio::test]
async fn an_own_event_by_another_name_of_its_command_gets_it_by_every_name() {
    let rooms = Log::new();
    let kept = rooms.clone();
    let keep = move |delivery: Delivery<ByItsOldName>| {
        kept.push(delivery.event.room_id);
        std::future::ready(Ok::<_, Infallible>(Ack))
    };
    let of_one_event = WebhookLayer::new(open_apps(), service_fn(keep.clone())).into_service();
    let of_handlers = WebhookLayer::new(open_apps(), Handlers::new().on(keep)).into_service();
    for command in [
        "Live.CallbackMemberStateChanged",
        "Live.CallbackAfterMemberStateChanged",
    ] {
        let request =
            || WebhookRequest::new(OPEN_APP, command).body(Script::whole(r#"{"RoomId":"r1"}"#));
        assert_eq!(
            of_one_event
                .clone()
                .oneshot(request())
                .await
                .unwrap()
                .status(),
            200
        );
        assert_eq!(
            of_handlers
                .clone()
                .oneshot(request())
                .await
                .unwrap()
                .status(),
            200
        );
    }
    assert_eq!(rooms.take(), ["r1"; 4]);
}

#[test]
fn a_delivery_is_not_decoded_as_the_event_of_another_command() {
    let body = r#"{"GroupId":"g","Type":"Live","From_Account":"a","MsgBody":[]}"#;
    let delivery = || testing::undecoded(BEFORE, body);
    assert!(delivery().decode::<group::BeforeSendMsg>().is_ok());
    let other = delivery()
        .decode::<group::AfterSendMsg>()
        .expect_err("another command");
    assert_eq!(other.event.error.kind(), DecodeErrorKind::CommandMismatch);
}

#[tokio::test]
async fn handlers_with_a_state_are_a_service_whose_fallback_has_the_state() {
    let seen = Log::new();
    let handlers = Handlers::with_state(seen.clone())
        .on(
            |seen: Log<String>, delivery: Delivery<group::AfterSendMsg>| async move {
                seen.push(delivery.event.group_id);
                Ack
            },
        )
        .fallback(|seen: Log<String>, delivery: Delivery| async move {
            seen.push(delivery.command().to_owned());
            Ack
        });
    let service = WebhookLayer::new(open_apps(), handlers).layer(App::new());
    for command in [AFTER, BEFORE] {
        let webhook = WebhookRequest::new(OPEN_APP, command).body(Script::whole(MESSAGE));
        let Ok(response) = service.clone().oneshot(webhook).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
    assert_eq!(seen.take(), ["g", BEFORE]);
}
