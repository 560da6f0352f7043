//! The live rows: server-sent events.

use std::{convert::Infallible, sync::Arc};

use axum::response::{
    Sse,
    sse::{Event, KeepAlive},
};
use futures_util::{Stream, StreamExt, stream};
use serde_json::json;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{exchange::Exchange, row::Row, stop::Stop, store::Store};

/// The rows after `last`, if it is given, and then every new or changed one, until it is time to
/// stop. A reader that is too slow loses rows, and is told how many: nobody waits for it.
pub(crate) fn live(
    store: &Store,
    last: Option<u64>,
    stop: Stop,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let news = store.news();
    // What was added since is in both; the same row again does no harm.
    let missed = last.map(|last| store.after(last)).unwrap_or_default();
    let missed = stream::iter(missed).map(|exchange| delivery(&exchange));
    let live = stream::unfold(news, next);
    let events = missed
        .chain(live)
        .take_until(async move { stop.stopped().await })
        .map(Ok);
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn next(mut news: Receiver<Arc<Exchange>>) -> Option<(Event, Receiver<Arc<Exchange>>)> {
    let event = match news.recv().await {
        Ok(exchange) => delivery(&exchange),
        Err(RecvError::Lagged(n)) => event("lost", &json!({ "n": n })),
        Err(RecvError::Closed) => return None,
    };
    Some((event, news))
}

fn delivery(exchange: &Exchange) -> Event {
    event("delivery", &Row::of(exchange)).id(exchange.id.to_string())
}

fn event(name: &str, data: &impl serde::Serialize) -> Event {
    // Rows are plain numbers and texts, so writing them does not fail.
    Event::default()
        .event(name)
        .json_data(data)
        .unwrap_or_default()
}
