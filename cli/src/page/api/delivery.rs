//! One delivery, and the live rows.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::HeaderMap;

use super::rejection::Rejection;
use crate::{
    exchange::Exchange,
    page::{detail::Detail, sse, state::Page},
};

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
