//! Nothing of a webhook's content, of a token or of a signature shows where it was not asked for:
//! in `Debug`, in errors, in rejections, in outcomes, in what is traced.
//!
//! Every text that can be private is a canary. All that can be seen is kept, and no canary is in it.

mod canary;
mod events;
mod nested;

use std::{error::Error, time::Duration};

use crate::support::{
    AFTER, APP, BEFORE, MESSAGE, NOW,
    probe::{Clock, Log},
    script::Script,
};
use bytes::Bytes;
use canary::{Sink, canary, planted};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use metrics_exporter_prometheus::PrometheusBuilder;
use tower::{BoxError, Layer, Service, ServiceExt, service_fn};
use tower_http::trace::TraceLayer;
use tower_tencent_webhook::{
    App, Apps, ConfigError, Delivery, Handlers, Outcome, WebhookLayer,
    error::DecodeError,
    event::{COMMANDS, Event, Payload, Webhook, c2c, group},
    message::Element,
    observe::{make_span, metrics},
    outcome::{End, FailureKind, Rejection},
    reply::{Ack, FriendVerdict, MemberVerdict, MessageVerdict, Reply, Rewrite, Verdict},
    signature,
    testing::{self, Effect, WebhookRequest},
    value::{Account, OneOrMany, Platform, RawJson},
};

/// The token of the app.
const TOKEN: &str = "CaNaRy-token";

/// Its key for events of TRTC.
const KEY: &str = "CaNaRyKey7";

/// Where everything goes that must not show a canary, with a layer around no application.
struct Watch {
    sink: Sink,
    outcomes: Log<Outcome>,
}

impl Watch {
    fn new() -> Self {
        Self {
            sink: Sink::default(),
            outcomes: Log::new(),
        }
    }

    /// Sends a request through the layer, inside a `TraceLayer` set up as the docs say, and keeps
    /// what shows. Tells the answer's body, which a handler may have filled.
    async fn send<H, E>(&self, handler: H, request: Request<Script>) -> Response<Bytes>
    where
        H: Service<Delivery<E>, Response: Into<E::Reply>, Error: Into<BoxError>>
            + Clone
            + Send
            + Sync
            + 'static,
        H::Future: Send,
        E: Payload,
    {
        let _guard = self.sink.trace();
        let recorder = PrometheusBuilder::new().build_recorder();
        let _local = ::metrics::set_default_local_recorder(&recorder);
        let app = App::signed(APP, TOKEN).and_then(|app| app.event_key(KEY));
        let app = app.expect("a token and a key");
        let apps = Apps::new([app.clone()]).expect("one app");
        let (failed, ended) = (self.sink.clone(), self.sink.clone());
        let outcomes = self.outcomes.clone();
        let layer = WebhookLayer::new(apps.clone(), handler)
            .clock(Clock::at(NOW).reader())
            .deadline(Duration::from_secs(3600))
            .body_limit(64 * 1024)
            .on_failure(move |failure| {
                failed.debug(failure);
                if let (FailureKind::Undecodable, Some(error)) = (failure.kind(), failure.error()) {
                    failed.error(error);
                }
                tracing::error!(?failure, "failed");
                tower_tencent_webhook::FailureAnswer::HttpError
            })
            .webhook_span(true)
            .on_outcome(move |outcome| {
                metrics::record(outcome);
                tracing::info!(?outcome, "done");
                ended.debug(outcome);
                if let End::Rejected(rejection) = outcome.end {
                    ended.text(rejection.to_string());
                }
                outcomes.push(*outcome);
            });
        let inner = service_fn(|_: Request<Script>| async {
            Ok::<_, BoxError>(Response::new(Full::<Bytes>::default()))
        });
        let service = layer.layer(inner);
        let trace = TraceLayer::new_for_http().make_span_with(make_span);
        self.sink.debug(&app);
        self.sink.debug(&apps);
        self.sink.debug(&layer);
        self.sink.debug(&service);
        let (futures, responses) = (self.sink.clone(), self.sink.clone());
        let shown = service
            .map_future(move |future| {
                futures.debug(&future);
                future
            })
            .map_response(move |response| {
                responses.debug(&response);
                response
            });
        let response = trace.layer(shown).oneshot(request).await;
        let response = response.expect("an answer");
        self.sink.text(recorder.handle().render());
        let (parts, body) = response.into_parts();
        let body = body.collect().await;
        let body = body.map_err(|_| "broken").expect("a body").to_bytes();
        Response::from_parts(parts, body)
    }
}

/// A signed webhook with canaries in its query and headers.
fn webhook(command: &str, body: Script) -> Request<Script> {
    let request = WebhookRequest::new(APP, command);
    let sign = signature::sign(TOKEN, NOW);
    with_query(&request, &format!("&Sign={sign}&RequestTime={NOW}"), body)
}

/// A webhook with this at the end of its query, and canaries in query and headers.
fn with_query(request: &WebhookRequest, end: &str, body: Script) -> Request<Script> {
    let query = request.path_and_query();
    let query = query
        .replace("127.0.0.1", &canary())
        .replace("RESTAPI", &canary());
    Request::post(format!("{query}&Own={}{end}", canary()))
        .header("host", canary())
        .header("content-type", canary())
        .header("authorization", canary())
        .header("x-own", canary())
        .body(body)
        .expect("a request")
}

/// Keeps what shows of a delivery, and tells whether it was decoded.
fn keep(sink: &Sink, delivery: &Delivery<Event>) -> bool {
    sink.debug(delivery);
    sink.debug(&delivery.event);
    sink.debug(&delivery.platform());
    tracing::info!(?delivery, command = ?delivery.event, "came");
    nested::event(sink, &delivery.event);
    delivery.event != Event::Unknown
}

#[tokio::test]
async fn no_event_shows_its_content() {
    let watch = Watch::new();
    let secret = signature::sign(TOKEN, NOW);
    let (mut decoded, mut inside) = (0, 0);
    for row in COMMANDS {
        for kinds in [true, false] {
            let body = planted(row.command, kinds);
            let event = <Event as Payload>::decode(row.command, body.as_bytes());
            if let Ok(event) = event {
                inside += usize::from(nested::event(&watch.sink, &event));
                let shown = serde_json::to_string(&event).expect("JSON");
                let (there, kept) = (canary::count(&body), canary::count(&shown));
                assert!(
                    kept > 0 || there <= 1,
                    "{}: canaries are in it",
                    row.command
                );
                decoded += 1;
            }

            let sink = watch.sink.clone();
            let handler = service_fn(move |delivery: Delivery<Event>| {
                keep(&sink, &delivery);
                async move {
                    drop(delivery);
                    Ok::<_, std::convert::Infallible>(Reply::Pass)
                }
            });
            let answer = watch
                .send(handler, webhook(row.command, Script::whole(body)))
                .await;
            watch.sink.text(answer.body());
        }
    }
    assert_eq!(watch.outcomes.len(), 2 * COMMANDS.len());
    assert!(decoded > 150, "{decoded}: canaries fit almost everywhere");
    assert!(inside > 50, "{inside}");
    assert!(watch.sink.contains("started processing request"), "traced");
    let count = "tencent_webhook_requests_total{";
    for seen in ["tencent.webhook.command", count] {
        assert!(watch.sink.contains(seen), "{seen}");
    }
    watch.sink.assert_private(&[&secret]);
}

/// Each of these bodies breaks off or goes wrong beside canaries.
#[tokio::test]
async fn no_error_of_decoding_shows_what_it_found() {
    let watch = Watch::new();
    for row in COMMANDS {
        let good = planted(row.command, true);
        let mut bodies = vec![
            good[..good.len() - 1].to_owned(),
            format!("{good}{}", canary()),
            good.replace("\"CaNaRy", "\"\u{1}CaNaRy"),
            good.replacen(':', &format!(":[\"{}\"],\"x\":", canary()), 1),
            format!("[{good}]"),
            format!("\"{}\"", canary()),
            canary(),
            good.replace(row.command, &canary()),
            good.replace('[', "{\"a\":").replace(']', "}"),
            good.replace("{\"", "[\"")
                .replace(':', ",")
                .replace('}', "]"),
        ];
        // Text where a number belongs, and the other way round.
        bodies.push(numbers_to_canaries(&good));
        for body in bodies {
            let event = <Event as Payload>::decode(row.command, body.as_bytes());
            watch.sink.debug(&event);
            let answer = watch
                .send(
                    Handlers::new(),
                    webhook(row.command, Script::whole(body.clone())),
                )
                .await;
            watch.sink.text(answer.body());
            let handler = service_fn(|delivery: Delivery<Event>| async {
                drop(delivery);
                Ok::<_, std::convert::Infallible>(Reply::Pass)
            });
            let answer = watch
                .send(handler, webhook(row.command, Script::whole(body)))
                .await;
            watch.sink.text(answer.body());
        }
    }
    assert!(watch.sink.contains("does not have the documented shape"));
    assert!(watch.sink.contains("is not valid JSON"));
    assert!(watch.sink.contains("differs from the URL's"));
    watch.sink.assert_private(&[]);
}

fn numbers_to_canaries(body: &str) -> String {
    fn turn(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Number(_) => *value = canary().into(),
            serde_json::Value::Array(items) => items.iter_mut().for_each(turn),
            serde_json::Value::Object(members) => members.values_mut().for_each(turn),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(body).expect("JSON");
    turn(&mut value);
    value.to_string()
}

#[tokio::test]
async fn no_refusal_shows_what_it_refuses() {
    let watch = Watch::new();
    let secret = signature::sign(TOKEN, NOW);
    let sign = |end: &str| format!("&Sign={secret}&RequestTime={end}");
    let of = |app| WebhookRequest::new(app, &format!("{}.{}", canary(), canary()));
    let signed = |body| webhook(AFTER, body);
    let header = |name, value: &str| {
        let mut request = signed(Script::untouched());
        request
            .headers_mut()
            .insert(name, value.parse().expect("a value"));
        request
    };
    let requests = [
        with_query(
            &of(APP),
            &format!("&Sign={0}&Sign={0}", canary()),
            Script::untouched(),
        ),
        with_query(
            &of(APP),
            &format!("&own={}", canary().repeat(2000)),
            Script::untouched(),
        ),
        with_query(&of(1), &sign(&NOW.to_string()), Script::untouched()),
        with_query(&of(APP), "", Script::untouched()),
        with_query(&of(APP), &sign(&canary()), Script::untouched()),
        with_query(&of(APP), &sign(&(NOW - 1).to_string()), Script::untouched()),
        with_query(
            &of(APP),
            &format!("&Sign={}&RequestTime={NOW}", canary()),
            Script::untouched(),
        ),
        header("content-encoding", &canary()),
        header("content-length", "9999999"),
        signed(Script::new().data(canary().repeat(9999))),
        signed(Script::new().data(canary()).error(canary())),
    ];
    for request in requests {
        let answer = watch.send(Handlers::new(), request).await;
        assert!(answer.status().is_client_error());
        watch.sink.text(answer.body());
    }
    // A signature that was right once, and is stale.
    let stale = signature::sign(TOKEN, NOW - 100);
    let end = format!("&Sign={stale}&RequestTime={}", NOW - 100);
    let answer = watch
        .send(
            Handlers::new(),
            with_query(&of(APP), &end, Script::untouched()),
        )
        .await;
    watch.sink.text(answer.body());

    let outcomes = watch.outcomes.take();
    assert_eq!(outcomes.len(), 12);
    let mut rejections: Vec<Rejection> = Vec::new();
    for outcome in &outcomes {
        let End::Rejected(rejection) = outcome.end else {
            unreachable!("{outcome:?}")
        };
        if !rejections.contains(&rejection) {
            rejections.push(rejection);
        }
        let known = ["other", AFTER].contains(&outcome.command);
        assert!(known, "a command that nobody knows has the label `other`");
    }
    assert_eq!(
        rejections.len(),
        10,
        "all but a deadline that passes: {rejections:?}"
    );
    watch.sink.assert_private(&[&secret, &stale]);
}

/// A handler whose error, panic or reply holds canaries.
#[tokio::test]
async fn no_failure_of_a_handler_shows_its_text() {
    let watch = Watch::new();
    let unknown = format!("{}.CallbackAfter{}", canary(), canary());
    for command in [AFTER, BEFORE, &unknown] {
        let failing =
            service_fn(|_: Delivery| async { Err::<Reply, _>(std::io::Error::other(canary())) });
        let answer = watch
            .send(failing, webhook(command, Script::whole(MESSAGE)))
            .await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        watch.sink.text(answer.body());
        let panics = service_fn(|_: Delivery| async {
            std::panic::resume_unwind(Box::new(canary()));
            #[allow(unreachable_code, reason = "it fixes the type")]
            Ok::<Reply, BoxError>(Reply::Pass)
        });
        let answer = watch
            .send(panics, webhook(command, Script::whole(MESSAGE)))
            .await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        watch.sink.text(answer.body());
    }
    // A reply with canaries is answered, and shows nowhere else.
    let refusing = service_fn(|_: Delivery<group::BeforeSendMsg>| async {
        let verdict = MessageVerdict::<group::Code>::refuse_with(CODE, canary());
        tracing::info!(?verdict, "refused");
        Ok::<_, BoxError>(verdict)
    });
    let answer = watch
        .send(refusing, webhook(BEFORE, Script::whole(MESSAGE)))
        .await;
    assert_eq!(
        canary::count(std::str::from_utf8(answer.body()).expect("JSON")),
        1
    );

    let labels: Vec<_> = watch
        .outcomes
        .take()
        .iter()
        .map(|outcome| outcome.command)
        .collect();
    assert_eq!(
        labels,
        [AFTER, AFTER, BEFORE, BEFORE, "other", "other", BEFORE]
    );
    watch.sink.assert_private(&[]);
}

const CODE: group::Code = group::Code::new(10_150).expect("in range");

#[test]
fn no_value_of_the_crate_shows_its_content() {
    let sink = Sink::default();
    let text = Element::text(canary());
    sink.debug(&[
        text.clone(),
        Element::custom(canary()),
        Element::face(1, canary()),
    ]);
    sink.debug(&Element::location(canary(), 1.0, 2.0));
    for reply in [
        Reply::from(MessageVerdict::<group::Code>::refuse_with(CODE, canary())),
        MessageVerdict::<group::Code>::rewrite(vec![text]).into(),
        Verdict::<group::Code>::refuse_with(CODE, canary()).into(),
        MemberVerdict::refuse_with(CODE, canary()).into(),
        MemberVerdict::RefuseSome(vec![Account::from(canary())]).into(),
        FriendVerdict::new().allow(canary()).into(),
    ] {
        sink.debug(&reply);
    }
    sink.debug(&Rewrite::new().cloud_custom_data(canary()));
    sink.debug(&Account::from(canary()));
    sink.debug(&Platform::from(&*canary()));
    sink.debug(&group::GroupType::from(&*canary()));
    sink.debug(&[OneOrMany::One(canary()), OneOrMany::Many(vec![canary()])]);
    sink.debug(&testing::undecoded(canary(), canary()));
    sink.debug(&WebhookRequest::new(APP, &canary()).path(&canary().replace("CaNaRy", "/")));
    sink.debug(&testing::sample::<c2c::BeforeSendMsg>());
    let json = format!("{{\"a\":\"{}\"}}", canary());
    let json: RawJson = serde_json::from_str(&json).expect("JSON");
    sink.debug(&json);
    sink.error(&json.decode::<Vec<u8>>().expect_err("an object"));
    sink.error(
        &json
            .decode::<std::collections::BTreeMap<String, u8>>()
            .expect_err("text"),
    );
    // The keys of a map are content.
    let map: RawJson = serde_json::from_str(&format!("{{\"{}\":-1}}", canary())).expect("JSON");
    sink.error(
        &map.decode::<std::collections::BTreeMap<String, u8>>()
            .expect_err("out of range"),
    );
    sink.error(&scores(&format!("{{\"Scores\":{{\"{}\":-1}}}}", canary())));
    sink.debug(&testing::DeliveryBuilder::new().body(canary()));
    sink.debug(&Effect::Refused {
        code: 1,
        text: canary(),
    });
    sink.error(&Element::from_json(&canary()).expect_err("no JSON"));
    for refused in [
        App::signed(APP, format!(" {}", canary())),
        App::signed(APP, canary().repeat(99)),
        Apps::new([]).map(|_| App::insecure_unsigned(APP)),
    ] {
        let error: ConfigError = refused.expect_err("refused");
        sink.error(&error);
        let _: &dyn Error = &error;
    }
    sink.assert_private(&[]);
    // Where it is asked for, it shows.
    assert_eq!(canary::count(&format!("{}", Account::from(canary()))), 1);
}

/// Why the body of an event with a map cannot be decoded.
fn scores(body: &str) -> DecodeError {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    #[allow(dead_code, reason = "it cannot be decoded")]
    struct Scores {
        scores: std::collections::HashMap<String, u32>,
    }

    impl Webhook for Scores {
        const COMMAND: &'static str = "Game.CallbackAfterScore";
        type Reply = Ack;
    }

    let delivery = testing::undecoded(Scores::COMMAND, body.to_owned());
    let error = delivery.decode::<Scores>().expect_err("out of range");
    assert_eq!(error.event.error.field(), Some("Scores._"));
    error.event.error
}
