//! Who may use the page, and in which order that is checked.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::support::{AFTER, Listen, Response, send, soon, tool};

async fn request(
    listen: &Listen,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> Response {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("http://{}{path}", listen.page));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = Bytes::from(format!(r#"{{"command":"{AFTER}"}}"#));
    send(request.body(body).expect("a request")).await
}

#[tokio::test]
async fn host_then_token_then_cross_site() {
    let listen = Listen::start(&["--app", "7:hush"]).await;
    let bearer = format!("Bearer {}", listen.token);
    let right = ("authorization", &*bearer);
    let evil_host = ("host", "evil.example");
    let cross = ("sec-fetch-site", "cross-site");
    let (ok, refused, unknown) = (
        StatusCode::OK,
        StatusCode::FORBIDDEN,
        StatusCode::UNAUTHORIZED,
    );
    let with_token = format!("/?token={}", listen.token);
    let events = format!("/api/about?token={}", listen.token);
    for (method, path, headers, status) in [
        (Method::GET, "/", &[][..], unknown),
        (Method::GET, "/?token=guess", &[], unknown),
        (Method::GET, &*with_token, &[], ok),
        (Method::GET, &*with_token, &[evil_host], refused),
        (Method::GET, &*with_token, &[("host", "localhost:1")], ok),
        (Method::GET, &*with_token, &[("host", "[::1]:1")], ok),
        (Method::GET, "/api/about", &[], unknown),
        (
            Method::GET,
            "/api/about",
            &[("authorization", "Bearer guess")],
            unknown,
        ),
        (
            Method::GET,
            "/api/about",
            &[("authorization", &listen.token)],
            unknown,
        ),
        (Method::GET, "/api/about", &[right], ok),
        (Method::GET, &*events, &[], ok),
        (Method::GET, "/api/nothing", &[], unknown),
        // The host comes before the token, the token before the site.
        (Method::GET, "/api/about", &[evil_host], refused),
        (Method::POST, "/api/trigger", &[evil_host, cross], refused),
        (Method::POST, "/api/trigger", &[cross], unknown),
        (Method::POST, "/api/trigger", &[right, cross], refused),
        (
            Method::POST,
            "/api/trigger",
            &[right, ("origin", "http://evil.example")],
            refused,
        ),
        (
            Method::POST,
            "/api/trigger",
            &[right, ("sec-fetch-site", "same-origin")],
            StatusCode::ACCEPTED,
        ),
        (Method::POST, "/api/trigger", &[right], StatusCode::ACCEPTED),
        (Method::DELETE, "/api/rules/x", &[right, cross], refused),
        // Files hold nothing but code.
        (Method::GET, "/api.js", &[], ok),
        (Method::GET, "/api.js", &[evil_host], refused),
        (Method::GET, "/style.css", &[], ok),
        (Method::GET, "/nothing.js", &[], StatusCode::NOT_FOUND),
    ] {
        let response = request(&listen, method.clone(), path, headers).await;
        assert_eq!(response.status, status, "{method} {path} {headers:?}");
        let policy = response.headers["content-security-policy"]
            .to_str()
            .expect("text");
        assert_eq!(
            policy,
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
             img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        assert_eq!(response.headers["referrer-policy"], "no-referrer");
        assert!(!response.body.contains(&listen.token), "{path}");
    }
}

#[tokio::test]
async fn webhooks_and_the_page_have_addresses_of_their_own() {
    let listen = Listen::start(&["--app", "7:hush"]).await;
    let on_receiver = listen
        .get(&format!("/api/about?token={}", listen.token))
        .await;
    assert_eq!(on_receiver.status, StatusCode::METHOD_NOT_ALLOWED);
    let other = Listen::start(&["--app", "7:hush"]).await;
    assert_ne!(listen.token, other.token);
}

#[tokio::test]
async fn a_page_that_is_open_to_the_network_is_warned_of() {
    let mut command = tool(&["listen", "--app", "7:hush", "--listen", "127.0.0.1:0"]);
    let mut child = command
        .args(["--page", "0.0.0.0:0"])
        .spawn()
        .expect("it runs");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let mut told = String::new();
    while !told.contains("page: http://") {
        let line = soon("a line", lines.next_line()).await.expect("readable");
        told += &line.expect("it goes on");
    }
    assert!(told.contains("page: http://localhost:"), "{told}");
    assert!(told.contains("open to the network"), "{told}");
}
