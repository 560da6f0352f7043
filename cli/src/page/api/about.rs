//! What else the page asks for: commands, apps, everything that is kept.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;
use serde::Serialize;
use serde_json::json;

use crate::{output::recording::Recorded, page::state::Page, rules};

pub(super) async fn all_commands() -> Json<Vec<rules::Command>> {
    Json(rules::commands())
}

#[derive(Serialize)]
struct AboutApp {
    sdk_app_id: u64,
    signed: bool,
    events: bool,
}

pub(super) async fn about(State(page): State<Page>) -> Response {
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

pub(super) async fn recording(State(page): State<Page>) -> Response {
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
