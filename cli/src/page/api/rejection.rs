//! How the API turns a request away.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, StatusCode};
use serde::de::DeserializeOwned;

use crate::rules::RuleError;

/// The header that names the cause, by which the page finds its own words.
const CAUSE: HeaderName = HeaderName::from_static("x-cause");

/// A status, a line of text, and the name of the cause.
#[derive(Debug)]
pub(super) struct Rejection {
    status: StatusCode,
    cause: &'static str,
    text: String,
}

impl Rejection {
    pub(super) const NOT_FOUND: Self = Self {
        status: StatusCode::NOT_FOUND,
        cause: "not_found",
        text: String::new(),
    };

    /// What was asked for has failed, which is nobody's fault but ours.
    pub(super) const FAILED: Self = Self {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        cause: "failed",
        text: String::new(),
    };

    /// It is understood, and cannot be done.
    pub(super) fn unprocessable(cause: &'static str, text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            cause,
            text: text.into(),
        }
    }
}

impl From<RuleError> for Rejection {
    fn from(unfit: RuleError) -> Self {
        Self::unprocessable(unfit.as_str(), unfit.to_string())
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let text = match &*self.text {
            "" => self.text,
            _ => self.text + "\n",
        };
        (self.status, [(CAUSE, self.cause)], text).into_response()
    }
}

/// Reads a JSON object; nothing at all is an empty one. Strictly, so that a misspelt field is
/// noticed.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Rejection> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| {
        let mut rejection = Rejection::unprocessable("json", error.to_string());
        if error.classify() != serde_json::error::Category::Data {
            rejection.status = StatusCode::BAD_REQUEST;
        }
        rejection
    })
}
