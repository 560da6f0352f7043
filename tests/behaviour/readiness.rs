//! Readiness: nobody is called unready, and no webhook holds what the application waits for.

use std::{
    sync::Arc,
    task::{Context, Waker},
};

use crate::support::{
    AFTER, MESSAGE, OK, OPEN_APP,
    connection::{self, Answer},
    open_apps, polled_once,
    probe::{self, App, Log, Recorder},
    script::Script,
    server,
    services::{Blocked, Strict},
    soon,
};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tokio::sync::Semaphore;
use tower::{
    BoxError, Layer, Service, ServiceBuilder, ServiceExt, limit::ConcurrencyLimit, service_fn,
};
use tower_tencent_webhook::{
    FailureAnswer, WebhookLayer,
    event::Undecoded,
    outcome::{End, FailureKind},
    testing::WebhookRequest,
};

fn webhook() -> Request<Script> {
    WebhookRequest::new(OPEN_APP, AFTER).body(Script::whole(MESSAGE))
}

fn app_request() -> Request<Script> {
    Request::get("/home")
        .body(Script::new())
        .expect("a request")
}

/// Polls a service ready.
async fn ready<S>(service: &mut S) -> &mut S
where
    S: Service<Request<Script>, Error: Into<BoxError>>,
{
    let ready = soon("readiness", service.ready()).await;
    ready.map_err(Into::into).expect("ready")
}

#[tokio::test]
async fn no_service_is_called_unready() {
    for pending in [0, 3] {
        let (app, recorder) = (App::new(), Recorder::new());
        let handler = Strict::new(recorder.clone(), pending);
        let layer = WebhookLayer::<Undecoded>::new(open_apps(), handler);
        let (layer, outcomes) = probe::outcomes(layer);
        let mut service = layer.layer(Strict::new(app.clone(), pending));
        // Webhooks and other requests take turns, on one instance and on clones of it.
        for turn in 0..4 {
            for request in [
                webhook(),
                app_request(),
                webhook(),
                webhook(),
                app_request(),
            ] {
                if turn % 2 == 0 {
                    let ready = ready(&mut service).await;
                    let Ok(_) = ready.call(request).await;
                } else {
                    let Ok(_) = service.clone().oneshot(request).await;
                }
            }
        }
        assert_eq!(app.requests.len(), 8);
        assert_eq!(recorder.deliveries.len(), 12);
        let ends = outcomes.take();
        assert!(
            ends.iter().all(|outcome| outcome.end == End::Answered),
            "{ends:?}"
        );
    }
}

#[tokio::test]
async fn no_service_is_called_unready_by_a_server() {
    let (app, recorder) = (App::new(), Recorder::new());
    let handler = Strict::new(recorder.clone(), 1);
    let layer = WebhookLayer::<Undecoded>::new(open_apps(), handler);
    let around = server::http1(layer.clone().layer(Strict::new(app.clone(), 1))).await;
    let mounted = server::hyper1(layer.into_service()).await;
    let target = WebhookRequest::new(OPEN_APP, AFTER).path_and_query();
    for server in [&around, &mounted] {
        let mut connection = connection::Connection::open(server.address).await;
        for _ in 0..3 {
            let answer = connection
                .exchange(connection::request("POST", &target, "", MESSAGE))
                .await;
            assert_eq!(answer.text(), OK);
        }
    }
    let answer =
        connection::exchange(around.address, connection::request("GET", "/", "", "")).await;
    assert_eq!(answer.status, App::STATUS);
    assert_eq!((app.requests.len(), recorder.deliveries.len()), (1, 6));
}

#[tokio::test]
async fn the_instance_that_was_made_ready_gets_the_request_that_passes() {
    // With a clone in its place, `Strict` would panic; and nothing is polled ready twice.
    let mut service = WebhookLayer::<Undecoded>::new(open_apps(), Recorder::new())
        .layer(Strict::new(App::new(), 1));
    let ready = ready(&mut service).await;
    assert!(ready.get_ref().ready);
    let Ok(response) = ready.call(app_request()).await;
    assert_eq!(response.status(), App::STATUS);
}

/// Several webhooks are at their handler. Meanwhile requests of the application are answered,
/// though it takes one at a time.
async fn app_requests_go_on<S, B>(mut service: S, blocked: Blocked)
where
    S: Service<Request<Script>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError> + Send + 'static,
    S::Future: Send + 'static,
    B: hyper::body::Body<Data = Bytes, Error: std::fmt::Debug> + Send + 'static,
{
    let mut webhooks = Vec::new();
    for count in 1..=3 {
        let response = ready(&mut service).await.call(webhook());
        webhooks.push(tokio::spawn(response));
        blocked.begun.reaches(count).await;
    }
    for _ in 0..3 {
        // Another instance, while the one that took the webhooks is still there, and then that one.
        let response = soon("the app", service.clone().oneshot(app_request()));
        let response = response.await.map_err(Into::into);
        assert_eq!(response.expect("an answer").status(), App::STATUS);
        let response = ready(&mut service).await.call(app_request());
        let response = soon("the app", response).await.map_err(Into::into);
        assert_eq!(response.expect("an answer").status(), App::STATUS);
    }
    blocked.open();
    for webhook in webhooks {
        let response = soon("a webhook", webhook).await.expect("no panic");
        let response = response.map_err(Into::into).expect("an answer");
        assert_eq!(Answer::of(response).await.text(), OK);
    }
}

#[tokio::test]
async fn webhooks_leave_the_permit_of_the_app_alone() {
    let blocked = Blocked::new();
    let app = ServiceBuilder::new()
        .concurrency_limit(1)
        .service(App::new());
    let layer = WebhookLayer::new(open_apps(), blocked.service());
    app_requests_go_on(layer.layer(app), blocked).await;
}

#[tokio::test]
async fn webhooks_leave_the_place_in_a_buffer_alone() {
    let blocked = Blocked::new();
    let app = ServiceBuilder::new()
        .buffer(1)
        .concurrency_limit(1)
        .service(App::new());
    let layer = WebhookLayer::new(open_apps(), blocked.service());
    app_requests_go_on(layer.layer(app), blocked).await;
}

#[tokio::test]
async fn webhooks_do_not_make_the_app_shed_load() {
    let blocked = Blocked::new();
    let app = ServiceBuilder::new()
        .load_shed()
        .concurrency_limit(1)
        .service(App::new());
    let layer = WebhookLayer::new(open_apps(), blocked.service());
    app_requests_go_on(layer.layer(app), blocked).await;

    let blocked = Blocked::new();
    let stack = ServiceBuilder::new()
        .load_shed()
        .layer(WebhookLayer::new(open_apps(), blocked.service()))
        .concurrency_limit(1)
        .service(App::new());
    app_requests_go_on(stack, blocked).await;
}

#[tokio::test]
async fn the_permit_is_free_before_the_webhook_is_polled() {
    let permits = Arc::new(Semaphore::new(1));
    let app = ConcurrencyLimit::with_semaphore(App::new(), Arc::clone(&permits));
    let mut service = WebhookLayer::<Undecoded>::new(open_apps(), Recorder::new()).layer(app);
    for refused in [false, true] {
        let request = match refused {
            false => webhook(),
            true => WebhookRequest::new(1, AFTER).body(Script::untouched()),
        };
        let ready = ready(&mut service).await;
        assert_eq!(permits.available_permits(), 0);
        let response = ready.call(request);
        assert_eq!(permits.available_permits(), 1, "refused: {refused}");
        let Ok(_) = response.await;
    }
}

#[tokio::test]
async fn a_handler_that_sheds_load_is_answered_503() {
    let blocked = Blocked::new();
    let handler = ServiceBuilder::new()
        .load_shed()
        .concurrency_limit(1)
        .service(blocked.service());
    let failures = Log::new();
    let writer = failures.clone();
    let layer = WebhookLayer::new(open_apps(), handler).on_failure(move |failure| {
        writer.push((failure.kind(), failure.command().to_owned()));
        FailureAnswer::HttpError
    });
    let (layer, outcomes) = probe::outcomes(layer);
    let service = layer.layer(App::new());

    let first = tokio::spawn(service.clone().oneshot(webhook()));
    blocked.begun.reaches(1).await;
    let Ok(response) = service.oneshot(webhook()).await;
    let answer = Answer::of(response).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.text(), "Service Unavailable");
    assert_eq!(
        failures.take(),
        [(FailureKind::Overloaded, AFTER.to_owned())]
    );
    let end = End::Failed(FailureKind::Overloaded, FailureAnswer::HttpError);
    assert_eq!(
        outcomes
            .take()
            .iter()
            .map(|outcome| outcome.end)
            .collect::<Vec<_>>(),
        [end]
    );

    blocked.open();
    let Ok(response) = soon("the first", first).await.expect("no panic");
    assert_eq!(Answer::of(response).await.text(), OK);
}

#[tokio::test]
async fn a_webhook_waits_until_its_handler_is_ready() {
    let blocked = Blocked::new();
    let permits = Arc::new(Semaphore::new(1));
    let handler = ConcurrencyLimit::with_semaphore(blocked.service(), Arc::clone(&permits));
    let service = WebhookLayer::new(open_apps(), handler).layer(App::new());
    let held = permits.try_acquire().expect("the only permit");
    blocked.open();

    let mut waiting = Box::pin(service.oneshot(webhook()));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(waiting.as_mut().poll(&mut cx).is_pending());
    assert_eq!(blocked.begun.len(), 0, "not called unready");
    drop(held);
    let Ok(response) = soon("the webhook", waiting).await;
    assert_eq!(Answer::of(response).await.text(), OK);
    assert_eq!(blocked.begun.len(), 1);
}

#[tokio::test]
async fn the_clone_of_a_handler_ends_with_its_call() {
    let blocked = Blocked::new();
    let clones = Arc::new(());
    let handler = {
        let (held, service) = (Arc::clone(&clones), blocked.service());
        service_fn(move |delivery| {
            let _held = &held;
            service.clone().oneshot(delivery)
        })
    };
    let service = WebhookLayer::<Undecoded>::new(open_apps(), handler).layer(App::new());
    let mut answer = Box::pin(service.oneshot(webhook()));
    assert!(polled_once(&mut answer).await.is_none());
    blocked.begun.reaches(1).await;
    // The test's own, and that of the layer.
    assert_eq!(Arc::strong_count(&clones), 2, "it may hold a permit");
    blocked.open();
    let Ok(response) = soon("the webhook", answer).await;
    assert_eq!(Answer::of(response).await.text(), OK);
}
