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
//! what to do, or null. A rejected or failed row says why in `reason`, and names that in `cause`, such
//! as `unknown_app`; so do `why` of the effect with `why_code` and `why_value`, and an error with the
//! header `X-Cause`. A single delivery has all
//! fields of its row and, besides the contract, `envelope` (`url`, `trtc` or null), `method`,
//! `path`, `client_ip`, `platform` and `kind` (`event`, `unknown`, `undecodable` or null).
//! `late_reply` is what the app behind `--forward-to` answered after Tencent had been answered. `query`
//! and `headers` are lists of `[name, value]`, `Sign` cut to its first digits. `body` and `event`
//! are null if the webhook did not reach the handler.
//!
//! A row appears when its request is answered or given up. `resend` and `trigger` wait for that, as
//! long as Tencent would, so the row is there when they answer.

mod about;
mod rejection;
mod rows;
mod rules;
mod send;

use axum::{
    Router,
    routing::{get, post},
};

use super::state::Page;

/// The API, below `/api`.
pub(crate) fn router(page: Page) -> Router {
    Router::new()
        .route("/deliveries", get(rows::deliveries))
        .route("/deliveries/{id}", get(rows::one))
        .route("/deliveries/{id}/resend", post(send::resend))
        .route("/trigger", post(send::trigger))
        .route("/rules", get(rules::all))
        .route(
            "/rules/{command}",
            get(rules::one).put(rules::set).delete(rules::remove),
        )
        .route("/events", get(rows::live))
        .route("/commands", get(about::all_commands))
        .route("/about", get(about::about))
        .route("/recording", get(about::recording))
        .fallback(async || rejection::Rejection::NOT_FOUND)
        .with_state(page)
}
