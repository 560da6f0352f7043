//! The JSON API behind the page. The token goes as `Authorization: Bearer` or as `?token=`. Errors
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
//! | `DELETE /api/rules/{command}` | 204; 404 |
//! | `GET /api/events` | server-sent events `delivery` (id and row, again if it changes) and `lost` (`{"n"}`) |
//! | `GET /api/rules` | all rules, `{command: rule}` |
//! | `GET /api/commands` | the table: `[{"command","name_zh","summary","phase","page","envelope","shapes","rules"}]`, `rules` being what a rule may do |
//! | `GET /api/about` | `{"version","address","forward_to","apps":[{"sdk_app_id","signed","events"}]}` |
//! | `GET /api/recording` | a recording of all that is kept, for `tencent-webhook replay` |
//!
//! A row has besides the fields of the contract `advice` and, in Chinese, `advice_zh`: one line on
//! what to do, or null. A rejected or failed row says why in `reason`. One delivery has all fields of its row, and besides the
//! contract `envelope` (`url`, `trtc` or null), `method`, `path`, `client_ip`, `platform` and
//! `kind` (`event`, `unknown`, `undecodable` or null). `query` and `headers` are lists of
//! `[name, value]`, `Sign` cut to its first digits. `body` and `event` are null if the webhook did
//! not reach the handler.
//!
//! A row appears when its request is answered or given up. `resend` and `trigger` wait for that, as
//! long as Tencent would, so the row is there when they answer.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{json, value::RawValue};

use super::{Page, detail::Detail, sse};
use crate::{
    commands,
    envelope::{Credential, Envelope, Outgoing, Target, millis},
    exchange::{Exchange, Origin},
    recording::Recorded,
    rules::Rule,
    sample::{self, Change},
    secrets::Keys,
};

/// How many rows a list has at most.
const MAX_ROWS: usize = 200;
/// How long Tencent waits, and a little more: what it gives up is seen as given up.
const PATIENCE: Duration = Duration::from_millis(2500);

/// A status and a line of text.
type Refusal = (StatusCode, String);

const NOT_FOUND: Refusal = (StatusCode::NOT_FOUND, String::new());

fn unprocessable(message: impl Into<String>) -> Refusal {
    (StatusCode::UNPROCESSABLE_ENTITY, message.into() + "\n")
}

/// The API, below `/api`.
pub(crate) fn router(page: Page) -> Router {
    Router::new()
        .route("/deliveries", get(deliveries))
        .route("/deliveries/{id}", get(delivery))
        .route("/deliveries/{id}/resend", post(resend))
        .route("/trigger", post(trigger))
        .route("/rules", get(rules))
        .route(
            "/rules/{command}",
            get(rule).put(set_rule).delete(remove_rule),
        )
        .route("/events", get(events))
        .route("/commands", get(all_commands))
        .route("/about", get(about))
        .route("/recording", get(recording))
        .fallback(async || NOT_FOUND)
        .with_state(page)
}

/// What rows must have; empty is as good as absent.
#[derive(Deserialize)]
struct Filter {
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

    /// Whether `q`, in any case, is somewhere in what is shown of it.
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

async fn deliveries(
    State(page): State<Page>,
    Query(filter): Query<Filter>,
) -> Result<Response, Refusal> {
    let after = match &*filter.after {
        "" => 0,
        after => after
            .parse()
            .map_err(|_| unprocessable("`after` must be a number"))?,
    };
    // Searching many bodies takes a while.
    let rows = tokio::task::spawn_blocking(move || {
        let exchanges = page.hub.store.after(after);
        let rows: Vec<_> = exchanges
            .iter()
            .rev()
            .filter(|exchange| filter.fits(exchange))
            .take(MAX_ROWS)
            .map(|exchange| exchange.row())
            .collect();
        Json(rows).into_response()
    });
    rows.await
        .map_err(|_| (StatusCode::INTERNAL_SERVER_ERROR, String::new()))
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resend {
    #[serde(default)]
    body: Option<String>,
}

async fn resend(
    State(page): State<Page>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let exchange = find(&page, &id)?;
    let Resend { body } = read(&body)?;
    let (Some(envelope), Some(sdk_app_id)) = (exchange.envelope, exchange.sdk_app_id) else {
        return Err(unprocessable("this is not a webhook"));
    };
    let body = match body {
        Some(body) => Bytes::from(body),
        None => exchange
            .body
            .clone()
            .ok_or_else(|| unprocessable("its body was not read; give a `body` to send"))?,
    };
    let outgoing = Outgoing {
        sdk_app_id,
        envelope,
        query: exchange.head.unsigned_query(),
        body,
    };
    let target = Target::here()
        .at(&exchange.head.path)
        .map_err(|_| unprocessable("its path cannot be sent again"))?;
    send(&page, outgoing, &target, Origin::Replay).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trigger {
    command: String,
    #[serde(default)]
    sdk_app_id: Option<u64>,
    #[serde(default)]
    shape: Option<String>,
    #[serde(default)]
    set: BTreeMap<String, Box<RawValue>>,
}

async fn trigger(State(page): State<Page>, body: Bytes) -> Result<Response, Refusal> {
    let trigger: Trigger = read(&body)?;
    let sdk_app_id = page
        .secrets
        .sender(trigger.sdk_app_id, Envelope::of(&trigger.command))
        .ok_or_else(|| unprocessable("no app that is configured here can send this command"))?;
    let body = sample::body(&trigger.command, trigger.shape.as_deref()).map_err(unprocessable)?;
    let changes: Vec<_> = trigger
        .set
        .into_iter()
        .map(|(field, value)| Change::Set(field, value))
        .collect();
    let body = sample::change(body, &changes, false).map_err(unprocessable)?;
    let outgoing = Outgoing::new(sdk_app_id, &trigger.command, body);
    send(&page, outgoing, &Target::here(), Origin::Trigger).await
}

/// Sends it to the receiver of this process, signed now.
async fn send(
    page: &Page,
    outgoing: Outgoing,
    target: &Target,
    origin: Origin,
) -> Result<Response, Refusal> {
    let none = Keys::default();
    let keys = page.secrets.get(outgoing.sdk_app_id).unwrap_or(&none);
    let now = millis(SystemTime::now());
    let request = outgoing
        .sent_at(now)
        .request(target, keys, &Credential::First, now, origin)
        .map_err(|error| unprocessable(error.to_string()))?;
    let id = page.receiver.send(request, origin, PATIENCE).await;
    Ok((StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response())
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
        .set(command, read(&body)?)
        .map_err(unprocessable)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_rule(
    State(page): State<Page>,
    Path(command): Path<String>,
) -> Result<StatusCode, Refusal> {
    if page.rules.remove(&command) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(NOT_FOUND)
    }
}

async fn events(State(page): State<Page>, headers: HeaderMap) -> Response {
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    sse::live(&page.hub.store, last, page.stop).into_response()
}

async fn all_commands() -> Json<Vec<commands::Row>> {
    Json(commands::rows())
}

#[derive(Serialize)]
struct AboutApp {
    sdk_app_id: u64,
    signed: bool,
    events: bool,
}

async fn about(State(page): State<Page>) -> Response {
    let apps: Vec<_> = page
        .secrets
        .iter()
        .map(|(sdk_app_id, keys)| AboutApp {
            sdk_app_id,
            signed: !keys.tokens.is_empty(),
            events: !keys.event_keys.is_empty(),
        })
        .collect();
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "address": format!("http://{}", page.address),
        "forward_to": page.forward_to,
        "apps": apps,
    }))
    .into_response()
}

async fn recording(State(page): State<Page>) -> Response {
    let lines: String = page
        .hub
        .store
        .after(0)
        .iter()
        .filter_map(|exchange| serde_json::to_string(&Recorded::of(exchange)?).ok())
        .map(|line| line + "\n")
        .collect();
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"webhooks.ndjson\"",
        ),
    ];
    (headers, lines).into_response()
}
