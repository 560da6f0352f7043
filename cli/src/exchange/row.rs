//! An exchange as a row of the API.

use serde::Serialize;
use tower_tencent_webhook::Phase;

use super::{Exchange, advice, head::Origin};

/// A line of the list.
#[derive(Serialize)]
pub(crate) struct Row<'a> {
    pub(crate) id: u64,
    pub(crate) received: u64,
    pub(crate) command: Option<&'a str>,
    pub(crate) sdk_app_id: Option<u64>,
    pub(crate) phase: Option<&'static str>,
    pub(crate) end: &'static str,
    pub(crate) reason: Option<String>,
    /// The name of the reason, by which the page finds its own words.
    pub(crate) cause: Option<&'static str>,
    pub(crate) status: Option<u16>,
    pub(crate) ms: u64,
    pub(crate) bytes: u64,
    pub(crate) origin: Origin,
    pub(crate) advice: Option<String>,
    pub(crate) advice_zh: Option<String>,
}

impl<'a> Row<'a> {
    pub(crate) fn of(exchange: &'a Exchange) -> Self {
        let (advice, advice_zh) = advice::of(exchange)
            .map(|advice| (advice.en, advice.zh))
            .unzip();
        Self {
            id: exchange.id,
            received: exchange.received,
            command: exchange.command.as_deref(),
            sdk_app_id: exchange.sdk_app_id,
            phase: exchange.phase.map(Phase::as_str),
            end: exchange.end(),
            reason: exchange.reason(),
            cause: exchange.cause(),
            status: exchange.status(),
            ms: exchange.ms(),
            bytes: exchange.bytes,
            origin: exchange.origin,
            advice,
            advice_zh,
        }
    }
}
