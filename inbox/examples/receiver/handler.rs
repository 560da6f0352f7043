//! Handles a webhook: a line in a file.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::{Value, json};
use tower::BoxError;
use tower_tencent_webhook::{Delivery, Handlers, reply::Reply};
use tower_tencent_webhook_inbox::Attempt;

use super::options::Handling;

/// Handlers of all commands. Before-webhooks are let through.
pub(crate) fn handlers(handling: Handling) -> io::Result<Handlers> {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&handling.log)?;
    let shared = Arc::new(Shared {
        log,
        handling,
        first_attempts: AtomicU64::new(0),
    });
    Ok(Handlers::new().fallback(move |delivery: Delivery| {
        let shared = Arc::clone(&shared);
        async move {
            // Only what comes out of the store has one.
            if let Some(&attempt) = delivery.extensions().get::<Attempt>() {
                handle(shared, attempt, delivery).await?;
            }
            Ok::<_, BoxError>(Reply::Pass)
        }
    }))
}

struct Shared {
    log: File,
    handling: Handling,
    first_attempts: AtomicU64,
}

async fn handle(shared: Arc<Shared>, attempt: Attempt, delivery: Delivery) -> Result<(), BoxError> {
    tokio::time::sleep(shared.handling.time).await;
    if let Some(every) = shared.handling.fail_every
        && attempt.number == 1
        && (shared.first_attempts.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(every.get())
    {
        return Err("a failure, as asked".into());
    }
    let body: Value = serde_json::from_slice(delivery.body()).unwrap_or_default();
    let line = json!({
        "event_key": attempt.event_key.to_string(),
        "attempt": attempt.number,
        "command": delivery.command(),
        "MsgSeq": body["MsgSeq"],
        "GroupId": body["GroupId"],
    });
    let line = format!("{line}\n");
    // One write to a file that is only appended to: lines of replicas do not mix.
    tokio::task::spawn_blocking(move || (&shared.log).write_all(line.as_bytes())).await??;
    Ok(())
}
