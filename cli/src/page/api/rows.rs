//! The list of rows, one delivery, and the live rows.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use serde::Deserialize;

use super::rejection::Rejection;
use crate::{
    exchange::{Exchange, row::Row},
    page::{detail::Detail, sse, state::Page},
};

/// How many rows a list has at most.
const MAX_ROWS: usize = 200;

/// What rows must have; empty counts as absent.
#[derive(Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    command: String,
    #[serde(default)]
    app: String,
    #[serde(default)]
    end: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

impl Filter {
    fn fits(&self, exchange: &Exchange) -> bool {
        let is = |wanted: &str, value: Option<&str>| wanted.is_empty() || value == Some(wanted);
        let app = exchange.sdk_app_id.map(|id| id.to_string());
        is(&self.command, exchange.command.as_deref())
            && is(&self.app, app.as_deref())
            && is(&self.end, Some(exchange.end()))
            && self.contains(exchange, app.as_deref())
    }

    /// Whether `q`, ignoring case, appears in what is shown of it.
    fn contains(&self, exchange: &Exchange, app: Option<&str>) -> bool {
        let q = self.q.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&q);
        q.is_empty()
            || exchange.command.as_deref().is_some_and(has)
            || app.is_some_and(has)
            || exchange.reason().as_deref().is_some_and(has)
            || has(&exchange.head.path)
            || has(&String::from_utf8_lossy(
                exchange.body.as_deref().unwrap_or_default(),
            ))
    }
}

pub(super) async fn deliveries(
    State(page): State<Page>,
    Query(filter): Query<Filter>,
) -> Result<Response, Rejection> {
    let after = match &*filter.after {
        "" => 0,
        after => after
            .parse()
            .map_err(|_| Rejection::unprocessable("after", "`after` must be a number"))?,
    };
    // Searching many bodies takes a while.
    let rows = tokio::task::spawn_blocking(move || {
        let exchanges = page.hub.store.after(after);
        let rows: Vec<_> = exchanges
            .iter()
            .rev()
            .filter(|exchange| filter.fits(exchange))
            .take(MAX_ROWS)
            .map(|exchange| Row::of(exchange))
            .collect();
        Json(rows).into_response()
    });
    rows.await.map_err(|_| Rejection::FAILED)
}

pub(super) fn find(page: &Page, id: &str) -> Result<Arc<Exchange>, Rejection> {
    let id = id.parse().map_err(|_| Rejection::NOT_FOUND)?;
    page.hub.store.get(id).ok_or(Rejection::NOT_FOUND)
}

pub(super) async fn one(
    State(page): State<Page>,
    Path(id): Path<String>,
) -> Result<Response, Rejection> {
    let exchange = find(&page, &id)?;
    // Trying the fields one by one takes a while.
    tokio::task::spawn_blocking(move || Json(Detail::of(&exchange)).into_response())
        .await
        .map_err(|_| Rejection::FAILED)
}

pub(super) async fn live(State(page): State<Page>, headers: HeaderMap) -> Response {
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    sse::live(&page.hub.store, last, page.stop).into_response()
}
