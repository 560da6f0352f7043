//! The page: its own listener, its files, and the JSON API behind it.

mod api;
mod assets;
mod detail;
mod security;
mod sse;

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, middleware, routing::get};
use tower_http::csrf::CsrfLayer;

pub(crate) use self::security::random_token;
use self::{
    assets::{ASSETS, INDEX},
    security::{HEADERS, check_host, check_token},
};
use crate::{hub::Hub, listen::Receiver, rules::Rules, secrets::Secrets, stop::Stop};

/// What the API works on.
#[derive(Clone)]
pub(crate) struct Page {
    pub(crate) hub: Arc<Hub>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) receiver: Receiver,
    pub(crate) secrets: Arc<Secrets>,
    /// Where webhooks are received.
    pub(crate) address: SocketAddr,
    /// Where they are forwarded to, without the query, which may hold a secret.
    pub(crate) forward_to: Option<String>,
    pub(crate) stop: Stop,
}

impl Page {
    /// The page and its token.
    ///
    /// # Errors
    ///
    /// If the system has no random numbers.
    pub(crate) fn router(self) -> Result<(Router, String), getrandom::Error> {
        let token = random_token()?;
        let secret = Router::new()
            .route(INDEX.path, get(async || INDEX.response()))
            .nest("/api", api::router(self))
            .layer(CsrfLayer::new())
            .layer(middleware::from_fn_with_state(
                Arc::<str>::from(token.as_str()),
                check_token,
            ));
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
}

/// An address as it may be shown.
pub(crate) fn without_query(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or_default().to_owned()
}
