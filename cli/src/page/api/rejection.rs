//! How the API turns a request away.

use http::StatusCode;
use serde::de::DeserializeOwned;

/// A status and a line of text.
pub(super) type Rejection = (StatusCode, String);

pub(super) const NOT_FOUND: Rejection = (StatusCode::NOT_FOUND, String::new());

pub(super) fn unprocessable(message: impl Into<String>) -> Rejection {
    (StatusCode::UNPROCESSABLE_ENTITY, message.into() + "\n")
}

/// Reads a JSON object; nothing at all is an empty one. Strictly, so that a misspelt field is
/// noticed.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Rejection> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => unprocessable(error.to_string()),
        _ => (StatusCode::BAD_REQUEST, format!("{error}\n")),
    })
}
