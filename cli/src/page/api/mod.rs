//! The JSON API behind the page. The token comes as `Authorization: Bearer` or as `?token=`. Errors
//! are a status and a line of plain text.
//!
//! | request | answer |
//! | --- | --- |
//! | `GET /api/deliveries?command=&app=&end=&q=&after=` | rows, newest first, at most 200 |
//! | `GET /api/deliveries/{id}` | all of one; 404 |
//! | `POST /api/deliveries/{id}/resend` `{"body"?}` | 202 `{"id"}` of the new row; 404; 422 if there is nothing to send |
//! | `POST /api/trigger` `{"command","sdk_app_id"?,"shape"?,"set"?}` | 202 `{"id"}`; 422 |
//! | `GET /api/rules/{command}` | a rule; 404 |
//! | `PUT /api/rules/{command}` a rule | 204; 422 if it does not fit the command |
//! | `DELETE /api/rules/{command}` | 204, also if there is none |
//! | `GET /api/events` | server-sent events `delivery` (id and row, again if it changes) and `lost` (`{"n"}`) |
//! | `GET /api/rules` | all rules, `{command: rule}` |
//! | `GET /api/commands` | the table: `[{"command","name_zh","summary","phase","page","envelope","shapes","rules"}]`, `rules` being what a rule may do |
//! | `GET /api/about` | `{"version","address","forward_to","apps":[{"sdk_app_id","signed","events"}]}` |
//! | `GET /api/recording` | a recording of all that is kept, for `tencent-webhook replay` |
//!
//! Besides the fields of the contract, a row has `advice` and, in Chinese, `advice_zh`: one line on
//! what to do, or null. A rejected or failed row says why in `reason`. A single delivery has all
//! fields of its row and, besides the contract, `envelope` (`url`, `trtc` or null), `method`,
//! `path`, `client_ip`, `platform` and `kind` (`event`, `unknown`, `undecodable` or null).
//! `late_reply` is what the app behind `--forward-to` answered after Tencent had been answered. `query`
//! and `headers` are lists of `[name, value]`, `Sign` cut to its first digits. `body` and `event`
//! are null if the webhook did not reach the handler.
//!
//! A row appears when its request is answered or given up. `resend` and `trigger` wait for that, as
//! long as Tencent would, so the row is there when they answer.

mod about;
mod rows;
mod send;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::{Page, detail::Detail, sse};
use crate::{exchange::Exchange, rules::Rule};

/// A status and a line of text.
type Refusal = (StatusCode, String);

const NOT_FOUND: Refusal = (StatusCode::NOT_FOUND, String::new());

fn unprocessable(message: impl Into<String>) -> Refusal {
    (StatusCode::UNPROCESSABLE_ENTITY, message.into() + "\n")
}

/// The API, below `/api`.
pub(crate) fn router(page: Page) -> Router {
    Router::new()
        .route("/deliveries", get(rows::deliveries))
        .route("/deliveries/{id}", get(delivery))
        .route("/deliveries/{id}/resend", post(send::resend))
        .route("/trigger", post(send::trigger))
        .route("/rules", get(rules))
        .route(
            "/rules/{command}",
            get(rule).put(set_rule).delete(remove_rule),
        )
        .route("/events", get(events))
        .route("/commands", get(about::all_commands))
        .route("/about", get(about::about))
        .route("/recording", get(about::recording))
        .fallback(async || NOT_FOUND)
        .with_state(page)
}

fn find(page: &Page, id: &str) -> Result<Arc<Exchange>, Refusal> {
    let id = id.parse().map_err(|_| NOT_FOUND)?;
    page.hub.store.get(id).ok_or(NOT_FOUND)
}

async fn delivery(State(page): State<Page>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let exchange = find(&page, &id)?;
    // Trying the fields one by one takes a while.
    tokio::task::spawn_blocking(move || Json(Detail::of(&exchange)).into_response())
        .await
        .map_err(|_| (StatusCode::INTERNAL_SERVER_ERROR, String::new()))
}

/// Reads a JSON object; nothing at all is an empty one. Strictly, so that a misspelt field is
/// noticed.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => unprocessable(error.to_string()),
        _ => (StatusCode::BAD_REQUEST, format!("{error}\n")),
    })
}

async fn rules(State(page): State<Page>) -> Json<BTreeMap<String, Rule>> {
    Json(page.rules.all())
}

async fn rule(
    State(page): State<Page>,
    Path(command): Path<String>,
) -> Result<Json<Rule>, Refusal> {
    page.rules.get(&command).map(Json).ok_or(NOT_FOUND)
}

async fn set_rule(
    State(page): State<Page>,
    Path(command): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    page.rules
        .set(&command, read(&body)?)
        .map_err(unprocessable)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_rule(State(page): State<Page>, Path(command): Path<String>) -> StatusCode {
    page.rules.remove(&command);
    StatusCode::NO_CONTENT
}

async fn events(State(page): State<Page>, headers: HeaderMap) -> Response {
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    sse::live(&page.hub.store, last, page.stop).into_response()
}
