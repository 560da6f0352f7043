//! The two rules that keep the protocols apart: an app takes part in each of them only by its own
//! secret or its own declaration, and no webhook of a URL reaches the handler of an event.

use http::{Request, StatusCode};
use http_body_util::Full;
use tower::Layer;
use tower_tencent_webhook::{
    App, Delivery, Handlers, Outcome, WebhookLayer,
    outcome::{End, Rejection},
    reply::Ack,
    signature::SignatureError,
    testing::{TrtcRequest, WebhookRequest},
    trtc::{EVENTS, room},
};

use super::{sample, send};
use crate::support::{
    AFTER, APP, EVENT_OK, KEY, MESSAGE, OK, OTHER_APP, TOKEN,
    probe::{self, Log, Recorder},
};

type Sent = Request<Full<bytes::Bytes>>;

/// A layer of this app beside one that takes both, so that both protocols are looked at.
struct Site {
    layer: WebhookLayer,
    outcomes: Log<Outcome>,
    recorder: Recorder,
    app: probe::App,
}

impl Site {
    fn new(app: App) -> Self {
        let both = App::signed(OTHER_APP, "other").and_then(|app| app.event_key("Other7"));
        let apps = tower_tencent_webhook::Apps::new([app, both.expect("an app")]);
        let recorder = Recorder::new();
        let layer = WebhookLayer::new(apps.expect("two apps"), recorder.handlers());
        let (layer, outcomes) = probe::outcomes(layer);
        Self {
            layer,
            outcomes,
            recorder,
            app: probe::App::new(),
        }
    }

    /// The answer's status and text.
    async fn send(&self, request: Sent) -> (StatusCode, String) {
        let answer = send(self.layer.layer(self.app.clone()), request).await;
        assert_eq!(self.app.requests.len(), 0, "ours");
        (answer.status, answer.text().to_owned())
    }

    async fn assert_taken(&self, request: Sent, text: &str) {
        assert_eq!(self.send(request).await, (StatusCode::OK, text.to_owned()));
        assert_eq!(self.recorder.deliveries.take().len(), 1);
        assert_eq!(self.outcomes.take()[0].end, End::Answered);
    }

    async fn assert_rejected(&self, request: Sent, rejection: Rejection) {
        let (status, _) = self.send(request).await;
        assert_eq!(status, rejection.status());
        assert_eq!(self.recorder.deliveries.len(), 0);
        assert_eq!(self.outcomes.take()[0].end, End::Rejected(rejection));
    }
}

fn url(sign: bool) -> Sent {
    let request = WebhookRequest::new(APP, AFTER);
    let request = if sign { request.signed(TOKEN) } else { request };
    request.body(MESSAGE.into())
}

fn event(key: Option<&str>) -> Sent {
    let request = TrtcRequest::new(APP);
    let request = match key {
        Some(key) => request.signed(key),
        None => request,
    };
    request.body(sample("TRTC.103"))
}

const CLOSED: Rejection = Rejection::Signature(SignatureError::NoSecret);

#[tokio::test]
async fn an_app_without_a_token_takes_no_webhooks_in_urls() {
    let keyed = App::events_only(APP, KEY).expect("a key");
    let unsigned = App::events_only(APP, KEY)
        .expect("a key")
        .insecure_unsigned_events();
    let site = Site::new(keyed);
    site.assert_taken(event(Some(KEY)), EVENT_OK).await;
    for sign in [true, false] {
        site.assert_rejected(url(sign), CLOSED).await;
    }
    let site = Site::new(unsigned);
    site.assert_taken(event(None), EVENT_OK).await;
    for sign in [true, false] {
        site.assert_rejected(url(sign), CLOSED).await;
    }
}

#[tokio::test]
async fn an_app_without_a_key_takes_no_events() {
    let site = Site::new(App::signed(APP, TOKEN).expect("a token"));
    site.assert_taken(url(true), OK).await;
    for key in [Some(KEY), Some(TOKEN), Some("Other7"), None] {
        site.assert_rejected(event(key), CLOSED).await;
    }
    let site = Site::new(App::insecure_unsigned(APP));
    site.assert_taken(url(false), OK).await;
    for key in [Some(KEY), Some("Other7"), None] {
        site.assert_rejected(event(key), CLOSED).await;
    }
}

#[tokio::test]
async fn going_without_a_signature_in_one_protocol_does_not_open_the_other() {
    let site = Site::new(App::insecure_unsigned(APP).event_key(KEY).expect("a key"));
    site.assert_taken(url(false), OK).await;
    site.assert_taken(event(Some(KEY)), EVENT_OK).await;
    let missing = Rejection::Signature(SignatureError::Missing);
    site.assert_rejected(event(None), missing).await;

    let site = Site::new(
        App::signed(APP, TOKEN)
            .expect("a token")
            .insecure_unsigned_events(),
    );
    site.assert_taken(url(true), OK).await;
    site.assert_taken(event(None), EVENT_OK).await;
    site.assert_rejected(url(false), missing).await;
}

#[tokio::test]
async fn the_token_signs_no_event_and_the_key_no_url() {
    let site = Site::new(
        App::signed(APP, TOKEN)
            .and_then(|app| app.event_key(KEY))
            .expect("an app"),
    );
    let wrong = Rejection::Signature(SignatureError::Wrong);
    site.assert_rejected(event(Some(TOKEN)), wrong).await;
    let request = WebhookRequest::new(APP, AFTER).signed(KEY);
    site.assert_rejected(request.body(MESSAGE.into()), wrong)
        .await;
}

#[tokio::test]
async fn no_webhook_in_a_url_reaches_the_handler_of_an_event() {
    let reached = Log::new();
    let handlers = Handlers::new()
        .on_with(
            reached.clone(),
            |reached: Log<()>, _: Delivery<room::EnterRoom>| async move {
                reached.push(());
                Ack
            },
        )
        .fallback({
            let reached = reached.clone();
            move |_: Delivery| {
                reached.push(());
                async { Ack }
            }
        });
    let app = App::insecure_unsigned(APP).insecure_unsigned_events();
    let (layer, outcomes) = probe::outcomes(WebhookLayer::new(app, handlers));
    let inner = probe::App::new();
    for command in [
        "TRTC.103",
        "trtc.103",
        "Trtc.103",
        "tRTC.",
        "TRTC.9",
        "%54RTC.103",
        "%74%72%74%63%2e103",
        "TRTC%2E103",
        "TRTC.103%20",
        "TRTC.Group.CallbackAfterSendMsg",
    ] {
        let request = WebhookRequest::new(APP, command).body(sample("TRTC.103").into());
        let answer = send(layer.layer(inner.clone()), request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{command}");
        let outcome = outcomes.take()[0];
        let end = End::Rejected(Rejection::MalformedQuery);
        assert_eq!((outcome.command, outcome.end), ("other", end), "{command}");
    }
    // With the head of an event beside it, too: the URL is looked at first.
    for row in EVENTS {
        let mut request = event(None);
        let query = WebhookRequest::new(APP, row.command).path_and_query();
        *request.uri_mut() = query.parse().expect("a URI");
        let answer = send(layer.layer(inner.clone()), request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", row.command);
    }
    assert_eq!((reached.len(), inner.requests.len()), (0, 0));
    // Other commands that only resemble one are webhooks like all others.
    for command in ["TRTC", "TRTCS.103", "XTRTC.103", " TRTC.103"] {
        let command = command.replace(' ', "%20");
        let request = WebhookRequest::new(APP, &command).body("[]".into());
        assert_eq!(
            send(layer.layer(inner.clone()), request).await.text(),
            OK,
            "{command}"
        );
    }
    assert_eq!(reached.len(), 4);
}

#[tokio::test]
async fn a_layer_passes_on_events_that_none_of_its_apps_takes() {
    let recorder = Recorder::new();
    let layer = WebhookLayer::new(App::insecure_unsigned(APP), recorder.handlers());
    let (layer, outcomes) = probe::outcomes(layer);
    let app = probe::App::new();
    let answer = send(layer.layer(app.clone()), event(Some(KEY))).await;
    assert_eq!(answer.status, probe::App::STATUS);
    assert_eq!(
        (
            app.requests.len(),
            outcomes.len(),
            recorder.deliveries.len()
        ),
        (1, 0, 0)
    );
}

#[tokio::test]
async fn a_layer_of_one_protocol_passes_on_the_other() {
    let both = App::signed(APP, TOKEN)
        .and_then(|app| app.event_key(KEY))
        .expect("an app");
    let app = probe::App::new();
    let urls =
        WebhookLayer::<tower_tencent_webhook::event::Event>::new(both.clone(), Recorder::new());
    let events = WebhookLayer::<tower_tencent_webhook::trtc::Event>::new(both, Recorder::new());
    let answer = send(urls.layer(app.clone()), event(Some(KEY))).await;
    assert_eq!(answer.status, probe::App::STATUS);
    let answer = send(events.layer(app.clone()), url(true)).await;
    assert_eq!(answer.status, probe::App::STATUS);
    assert_eq!(
        send(events.layer(app.clone()), event(Some(KEY)))
            .await
            .text(),
        EVENT_OK
    );
    assert_eq!(send(urls.layer(app.clone()), url(true)).await.text(), OK);
    // Such layers stack.
    let stack = events.layer(urls.layer(app.clone()));
    assert_eq!(
        send(stack.clone(), event(Some(KEY))).await.status,
        StatusCode::OK
    );
}
