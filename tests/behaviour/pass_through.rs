//! Other requests reach the application as they came, and its answers leave as they are.

use std::convert::Infallible;

use crate::support::{
    AFTER, BEFORE, MESSAGE, OK, OPEN_APP,
    connection::Answer,
    open_apps,
    probe::{App, Log, Recorder},
    script::{Script, frames},
};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Version, request};
use hyper::body::Body;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_tencent_webhook::{
    Delivery, Handlers, WebhookLayer,
    event::{Event, group},
    layer::WebhookEndpoint,
    reply::{Ack, MessageVerdict, Reply},
    testing::WebhookRequest,
};

/// A request as the application saw it: its head, the data of each frame, its trailers.
type Seen = (request::Parts, Vec<Bytes>, Option<HeaderMap>);

/// An application that keeps what it gets, and answers in frames with trailers.
fn app(
    seen: Log<Seen>,
) -> impl Service<Request<Script>, Response = Response<Script>, Error = Infallible, Future: Send> + Clone
{
    service_fn(move |request: Request<Script>| {
        let seen = seen.clone();
        async move {
            let (parts, body) = request.into_parts();
            let (data, trailers) = frames(body).await;
            seen.push((parts, data, trailers));
            let body = Script::new()
                .data("one")
                .pending()
                .data("")
                .data("two")
                .trailer("x-trailer", "1")
                .hint(3, Some(99));
            let mut response = Response::new(body);
            *response.status_mut() = StatusCode::ACCEPTED;
            *response.version_mut() = Version::HTTP_10;
            response
                .headers_mut()
                .insert("x-app", "a".parse().expect("a value"));
            response
                .headers_mut()
                .append("x-app", "b".parse().expect("a value"));
            response.extensions_mut().insert("of the app");
            Ok(response)
        }
    })
}

/// Requests that are not webhooks, each for a different reason.
fn others() -> Vec<Request<Script>> {
    let query = format!("SdkAppid={OPEN_APP}&CallbackCommand={AFTER}");
    let request = |method: Method, uri: &str| {
        Request::builder()
            .method(method)
            .uri(uri)
            .body(Script::new())
            .expect("a request")
    };
    vec![
        request(Method::POST, "/"),
        request(Method::POST, "/?"),
        request(Method::POST, "*"),
        request(Method::POST, &format!("/?SdkAppid={OPEN_APP}")),
        request(Method::POST, &format!("/?CallbackCommand={AFTER}")),
        request(
            Method::POST,
            &format!("/?SdkAppids=1&CallbackCommands={AFTER}"),
        ),
        request(Method::POST, &format!("/?SdkAppid;CallbackCommand={AFTER}")),
        request(Method::POST, &format!("/{query}")),
        request(
            Method::POST,
            "https://user@host.test:8443/a%2Fb/%zz?x=%zz&&=",
        ),
        request(Method::GET, &format!("/?{query}")),
        request(Method::HEAD, &format!("/?{query}")),
        request(Method::PUT, &format!("/?{query}")),
        request(Method::OPTIONS, &format!("/?{query}")),
        request(Method::CONNECT, "host.test:80"),
        request(
            Method::from_bytes(b"post").expect("a method"),
            &format!("/?{query}"),
        ),
    ]
}

#[tokio::test]
async fn a_request_that_is_not_ours_arrives_as_it_was_sent() {
    let seen = Log::new();
    let recorder = Recorder::new();
    let service = WebhookLayer::new(open_apps(), recorder.handlers()).layer(app(seen.clone()));
    for mut request in others() {
        *request.version_mut() = Version::HTTP_2;
        let headers = request.headers_mut();
        headers.append("x-many", "a".parse().unwrap());
        headers.append("x-many", "b".parse().unwrap());
        headers.append("content-encoding", "gzip".parse().unwrap());
        headers.append("content-length", "99999999999".parse().unwrap());
        request.extensions_mut().insert(7_u8);
        let (head, _) = request.into_parts();
        let body = Script::new()
            .pending()
            .data("one")
            .data("")
            .data("two")
            .trailer("x-trailer", "1");
        let sent = Request::from_parts(head.clone(), body);
        let Ok(_) = service.clone().oneshot(sent).await;
        let [(parts, data, trailers)] = &seen.take()[..] else {
            panic!("one request for {}", head.uri);
        };
        assert_eq!(parts.method, head.method);
        assert_eq!(parts.uri.to_string(), head.uri.to_string());
        assert_eq!(parts.version, head.version);
        assert_eq!(parts.headers, head.headers);
        assert_eq!(parts.extensions.get(), Some(&7_u8));
        assert_eq!(data, &["one", "", "two"]);
        assert_eq!(trailers.as_ref().unwrap()["x-trailer"], "1");
    }
    assert_eq!(recorder.deliveries.len(), 0);
}

#[tokio::test]
async fn the_answer_of_the_app_leaves_as_it_is() {
    let service = WebhookLayer::new(open_apps(), Handlers::new()).layer(app(Log::new()));
    for request in others() {
        let Ok(response) = service.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        assert_eq!(parts.status, StatusCode::ACCEPTED);
        assert_eq!(parts.version, Version::HTTP_10);
        assert_eq!(parts.headers.len(), 2);
        assert!(parts.headers.get_all("x-app").iter().eq(["a", "b"]));
        assert_eq!(parts.extensions.get(), Some(&"of the app"));
        assert!(!body.is_end_stream());
        assert_eq!(
            (body.size_hint().lower(), body.size_hint().upper()),
            (3, Some(99))
        );
        let (data, trailers) = frames(body).await;
        assert_eq!(data, ["one", "", "two"]);
        assert_eq!(trailers.unwrap()["x-trailer"], "1");
    }
}

#[tokio::test]
async fn an_error_of_the_app_stays_its_error() {
    let app = service_fn(|_: Request<Script>| async {
        Err::<Response<String>, _>(std::io::ErrorKind::Interrupted)
    });
    let service = WebhookLayer::new(open_apps(), Handlers::new()).layer(app);
    let request = Request::new(Script::new());
    let error = service.clone().oneshot(request).await.unwrap_err();
    assert_eq!(error, std::io::ErrorKind::Interrupted);

    // A body that fails is the app's, too.
    let app = service_fn(|_: Request<Script>| async {
        Ok::<_, Infallible>(Response::new(Script::new().data("one").error("gone")))
    });
    let service = WebhookLayer::new(open_apps(), Handlers::new()).layer(app);
    let Ok(response) = service.oneshot(Request::new(Script::new())).await;
    let collected = http_body_util::BodyExt::collect(response.into_body()).await;
    assert_eq!(collected.unwrap_err().to_string(), "gone");
}

#[tokio::test]
async fn a_body_is_passed_on_unpolled() {
    let app = App::new();
    let service = WebhookLayer::new(open_apps(), Handlers::new()).layer(app.clone());
    let count = others().len();
    for request in others() {
        let Ok(_) = service
            .clone()
            .oneshot(request.map(|_| Script::untouched()))
            .await;
    }
    assert_eq!(app.requests.len(), count);
}

#[tokio::test]
async fn a_path_is_compared_byte_for_byte() {
    for (set, taken, not_taken) in [
        (
            "/im",
            vec!["/im"],
            vec![
                "/", "/im/", "/IM", "/i%6D", "//im", "/im/x", "/x/im", "/im;a",
            ],
        ),
        ("/", vec!["/"], vec!["/im", "//"]),
        ("/a%20b", vec!["/a%20b"], vec!["/a+b", "/a%2520b"]),
        ("/a%2f", vec!["/a%2f"], vec!["/a%2F", "/a/"]),
    ] {
        let (app, recorder) = (App::new(), Recorder::new());
        let service = WebhookLayer::new(open_apps(), recorder.handlers())
            .path(set)
            .layer(app.clone());
        for (paths, ours) in [(taken, 1), (not_taken, 0)] {
            for path in paths {
                let request = WebhookRequest::new(OPEN_APP, AFTER)
                    .path(path)
                    .body(Script::whole(MESSAGE));
                let Ok(_) = service.clone().oneshot(request).await;
                let counts = (recorder.deliveries.take().len(), app.requests.take().len());
                assert_eq!(counts, (ours, 1 - ours), "{set}: {path}");
            }
        }
    }
}

#[tokio::test]
async fn without_a_path_webhooks_are_taken_everywhere() {
    let recorder = Recorder::new();
    let service = WebhookLayer::new(open_apps(), recorder.handlers()).layer(App::new());
    for path in ["/", "/im", "/a/b/c%2f", "//"] {
        let request = WebhookRequest::new(OPEN_APP, AFTER)
            .path(path)
            .body(Script::whole(MESSAGE));
        let Ok(_) = service.clone().oneshot(request).await;
        assert_eq!(recorder.deliveries.take().len(), 1, "{path}");
    }
}

#[tokio::test]
async fn layers_of_one_event_stack_and_let_other_commands_pass() {
    let app = App::new();
    let moderated = service_fn(|_: Delivery<group::BeforeSendMsg>| async {
        Ok::<_, Infallible>(MessageVerdict::DropSilently)
    });
    let saved = service_fn(|_: Delivery<group::AfterSendMsg>| async { Ok::<_, Infallible>(Ack) });
    let service = tower::ServiceBuilder::new()
        .layer(WebhookLayer::new(open_apps(), moderated))
        .layer(WebhookLayer::new(open_apps(), saved))
        .service(app.clone());
    let post = |command: &str| {
        let request = WebhookRequest::new(OPEN_APP, command).body(Script::whole(MESSAGE));
        let service = service.clone();
        async move {
            let Ok(response) = service.oneshot(request).await;
            Answer::of(response).await
        }
    };
    let dropped = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":2}"#;
    assert_eq!(post(BEFORE).await.text(), dropped);
    assert_eq!(post(AFTER).await.text(), OK);
    assert_eq!(app.requests.len(), 0);
    // Other commands are not even checked: this app would not be known.
    for command in ["Cake.CallbackAfterBake", "", "group.callbackaftersendmsg"] {
        assert_eq!(post(command).await.text(), App::BODY, "{command}");
    }
    let unknown = WebhookRequest::new(1, "Cake.CallbackAfterBake").body(Script::untouched());
    let Ok(response) = service.clone().oneshot(unknown).await;
    assert_eq!(response.status(), App::STATUS);
    // The command may be escaped.
    assert_eq!(post("Group%2ECallbackAfterSendMsg").await.text(), OK);
}

#[tokio::test]
async fn a_layer_of_all_events_takes_every_command() {
    let app = App::new();
    let all = service_fn(|_: Delivery<Event>| async { Ok::<_, Infallible>(Reply::Pass) });
    let service = WebhookLayer::new(open_apps(), all).layer(app.clone());
    for command in [BEFORE, AFTER, "Cake.CallbackAfterBake", ""] {
        let request = WebhookRequest::new(OPEN_APP, command).body(Script::whole(MESSAGE));
        let Ok(response) = service.clone().oneshot(request).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
    assert_eq!(app.requests.len(), 0);
}

#[tokio::test]
async fn the_mounted_form_refuses_what_is_no_webhook() {
    let mounted: WebhookEndpoint = WebhookLayer::new(open_apps(), Handlers::new())
        .path("/im")
        .into_service();
    for request in others() {
        let (status, allow) = match *request.method() {
            Method::POST => (StatusCode::BAD_REQUEST, None),
            _ => (StatusCode::METHOD_NOT_ALLOWED, Some("POST")),
        };
        let request = request.map(|_| Script::untouched());
        let Ok(response) = mounted.clone().oneshot(request).await;
        let answer = Answer::of(response).await;
        assert_eq!((answer.status, answer.header("allow")), (status, allow));
    }
    // At another path a webhook is not one.
    let post = |path| {
        let request = WebhookRequest::new(OPEN_APP, AFTER)
            .path(path)
            .body(Script::whole(MESSAGE));
        mounted.clone().oneshot(request)
    };
    let Ok(response) = post("/").await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let Ok(response) = post("/im").await;
    assert_eq!(Answer::of(response).await.text(), OK);
}
