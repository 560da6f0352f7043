//! The page: its own listener, its files, and the JSON API behind it.

mod api;
mod assets;
mod detail;
mod security;
mod sse;
mod state;

use axum::{Router, middleware, routing::get};
use tower_http::csrf::CsrfLayer;

pub(crate) use self::state::Page;
use self::{
    assets::{ASSETS, INDEX},
    security::{HEADERS, check_host, check_token},
};
use crate::secrets::Secret;

/// The page and its token.
///
/// # Errors
///
/// If the system has no random numbers.
pub(crate) fn router(page: Page) -> Result<(Router, Secret), getrandom::Error> {
    let token = Secret::random()?;
    let secret = Router::new()
        .route(INDEX.path, get(async || INDEX.response()))
        .nest("/api", api::router(page))
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn_with_state(token.clone(), check_token));
    let open = ASSETS.iter().fold(Router::new(), |router, asset| {
        router.route(asset.path, get(async || asset.response()))
    });
    let router = secret
        .merge(open)
        .layer(middleware::from_fn(check_host))
        .layer(middleware::map_response(async |response| {
            (HEADERS, response)
        }));
    Ok((router, token))
}

/// An address as it may be shown.
pub(crate) fn without_query(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or_default().to_owned()
}
