//! The rules.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
};
use bytes::Bytes;
use http::StatusCode;

use super::rejection::{Rejection, read};
use crate::{page::state::Page, rules::Rule};

pub(super) async fn all(State(page): State<Page>) -> Json<BTreeMap<String, Rule>> {
    Json(page.rules.all())
}

pub(super) async fn one(
    State(page): State<Page>,
    Path(command): Path<String>,
) -> Result<Json<Rule>, Rejection> {
    page.rules
        .get(&command)
        .map(Json)
        .ok_or(Rejection::NOT_FOUND)
}

pub(super) async fn set(
    State(page): State<Page>,
    Path(command): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Rejection> {
    page.rules.set(&command, read(&body)?)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove(State(page): State<Page>, Path(command): Path<String>) -> StatusCode {
    page.rules.remove(&command);
    StatusCode::NO_CONTENT
}
