//! Sends to the tool's own receiver: a delivery again, or a sample.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::{
    rejection::{Rejection, read},
    rows::find,
};
use crate::{
    exchange::head::Origin,
    page::state::Page,
    protocol::Envelope,
    secrets::Keys,
    send::{
        outgoing::{Credential, Outgoing},
        sample::{self, Change},
        target::Target,
    },
    time,
};

/// How much longer than Tencent to wait: what it gives up is seen as given up.
const MARGIN: Duration = Duration::from_millis(500);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resend {
    #[serde(default)]
    body: Option<String>,
}

pub(super) async fn resend(
    State(page): State<Page>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Rejection> {
    let exchange = find(&page, &id)?;
    let Resend { body } = read(&body)?;
    let (Some(envelope), Some(sdk_app_id)) = (exchange.envelope, exchange.sdk_app_id) else {
        return Err(Rejection::unprocessable(
            "not_a_webhook",
            "this is not a webhook",
        ));
    };
    let body = match body {
        Some(body) => Bytes::from(body),
        None => exchange.body.clone().ok_or_else(|| {
            Rejection::unprocessable("no_body", "its body was not read; give a `body` to send")
        })?,
    };
    let outgoing = Outgoing {
        sdk_app_id,
        envelope,
        query: exchange.head.unsigned_query(),
        body,
    };
    let target = Target::here()
        .at(&exchange.head.path)
        .map_err(|_| Rejection::unprocessable("path", "its path cannot be sent again"))?;
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

pub(super) async fn trigger(State(page): State<Page>, body: Bytes) -> Result<Response, Rejection> {
    let trigger: Trigger = read(&body)?;
    let sdk_app_id = page
        .secrets
        .sender(trigger.sdk_app_id, Envelope::of(&trigger.command))
        .ok_or_else(|| {
            Rejection::unprocessable(
                "no_app",
                "no app that is configured here can send this command",
            )
        })?;
    let body = sample::body(&trigger.command, trigger.shape.as_deref())
        .map_err(|error| Rejection::unprocessable("sample", error))?;
    let changes: Vec<_> = trigger
        .set
        .into_iter()
        .map(|(field, value)| Change::Set(field, value))
        .collect();
    let body = sample::change(body, &changes, false)
        .map_err(|error| Rejection::unprocessable("field", error))?;
    let outgoing = Outgoing::new(sdk_app_id, &trigger.command, body);
    send(&page, outgoing, &Target::here(), Origin::Trigger).await
}

/// Sends it to the receiver of this process, signed now.
async fn send(
    page: &Page,
    outgoing: Outgoing,
    target: &Target,
    origin: Origin,
) -> Result<Response, Rejection> {
    let none = Keys::default();
    let keys = page.secrets.get(outgoing.sdk_app_id).unwrap_or(&none);
    let now = time::now();
    let outgoing = outgoing.sent_at(now);
    let request = outgoing
        .request(target, keys, &Credential::First, now, origin)
        .map_err(|error| Rejection::unprocessable("query", error.to_string()))?;
    let timeout = outgoing.envelope.timeout() + MARGIN;
    let id = page.receiver.send(request, origin, timeout).await;
    Ok((StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response())
}
