//! The live rows: server-sent events.

use std::convert::Infallible;

use axum::response::{
    Sse,
    sse::{Event, KeepAlive},
};
use futures_util::{Stream, StreamExt, stream};
use serde_json::json;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    output::store::{Store, Update},
    stop::Stop,
};

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
    let missed: Vec<_> = missed.iter().map(|exchange| Update::of(exchange)).collect();
    let missed = stream::iter(missed).map(|news| delivery(&news));
    let live = stream::unfold(news, next);
    let events = missed
        .chain(live)
        .take_until(async move { stop.stopped().await })
        .map(Ok);
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn next(mut news: Receiver<Update>) -> Option<(Event, Receiver<Update>)> {
    let event = match news.recv().await {
        Ok(news) => delivery(&news),
        Err(RecvError::Lagged(n)) => Event::default()
            .event("lost")
            .data(json!({ "n": n }).to_string()),
        Err(RecvError::Closed) => return None,
    };
    Some((event, news))
}

fn delivery(news: &Update) -> Event {
    Event::default()
        .event("delivery")
        .id(news.id.to_string())
        .data(&*news.row)
}
