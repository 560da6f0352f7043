//! Who may use the page: only those who can read the terminal.
//!
//! A request is checked in this order: its `Host`, against DNS rebinding; the token; and where it
//! came from, against forms of other sites (that is tower-http's layer).

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header, uri::Authority};
use subtle::ConstantTimeEq;

use super::assets::LOCKED;
use crate::{
    protocol::{parameter_name, query_pairs},
    secrets::Secret,
};

/// What every response carries. Nothing is loaded from elsewhere, and no script is inline.
pub(crate) const HEADERS: [(header::HeaderName, HeaderValue); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
             img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// Lets a request pass whose `Host` is `localhost` or an address: any other name could be one that
/// a stranger made point here.
pub(crate) async fn check_host(request: Request, next: Next) -> Response {
    match is_this_machine(request.headers()) {
        true => next.run(request).await,
        false => (
            StatusCode::FORBIDDEN,
            "the page is served at localhost and at addresses only\n",
        )
            .into_response(),
    }
}

fn is_this_machine(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let Ok(authority) = Authority::try_from(host.as_bytes()) else {
        return false;
    };
    if authority.as_str().contains('@') {
        return false;
    }
    let host = authority.host();
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok()
}

/// Lets a request pass that has the token, in `Authorization: Bearer` or as `?token=`.
pub(crate) async fn check_token(
    State(token): State<Secret>,
    request: Request,
    next: Next,
) -> Response {
    if has_token(&request, token.expose()) {
        return next.run(request).await;
    }
    let authenticate = [(header::WWW_AUTHENTICATE, "Bearer")];
    match request.uri().path() {
        "/" => (StatusCode::UNAUTHORIZED, authenticate, LOCKED.response()).into_response(),
        _ => (
            StatusCode::UNAUTHORIZED,
            authenticate,
            "the token of the page is missing or wrong: use the address printed on stderr\n",
        )
            .into_response(),
    }
}

fn has_token(request: &Request, token: &str) -> bool {
    let matches = |given: &str| bool::from(given.as_bytes().ct_eq(token.as_bytes()));
    let bearer = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let query = request.uri().query().unwrap_or_default();
    bearer.is_some_and(matches)
        || query_pairs(query)
            .any(|(name, value)| parameter_name(name).as_deref() == Some("token") && matches(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_localhost_and_addresses_are_this_machine() {
        for (host, is) in [
            ("localhost", true),
            ("LocalHost:4040", true),
            ("127.0.0.1:4040", true),
            ("[::1]:4040", true),
            ("192.168.1.7", true),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("user@localhost", false),
            ("", false),
        ] {
            let headers = [(header::HOST, host.parse().expect("a value"))];
            assert_eq!(
                is_this_machine(&headers.into_iter().collect()),
                is,
                "{host}"
            );
        }
        assert!(!is_this_machine(&HeaderMap::new()));
    }
}
