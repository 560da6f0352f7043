//! One attempt of a worker: the handler runs, and its verdict becomes a settlement.

use tokio::time::Instant;
use tower::{BoxError, Service};
use tower_tencent_webhook::{Delivery, reply::Reply};

use super::shared::{Settings, Shared};
use crate::{
    catch_panic::caught_in,
    handle::{Attempt, Disposition},
    observe::{HandledEnd, InboxEvent},
    store::{Claimed, Settle, Settlement},
};

/// An attempt that has ended, but not known to the store.
pub(super) struct Judged {
    pub(super) settlement: Settlement,
    /// What is told once the store knows.
    pub(super) event: InboxEvent,
}

pub(super) async fn attempt<Q, H>(shared: &Shared<Q, H>, claimed: Claimed) -> Judged
where
    H: Service<Delivery> + Clone,
    H::Response: Into<Reply>,
    H::Error: Into<BoxError>,
{
    let Claimed {
        lease, key, record, ..
    } = claimed;
    shared.leases.start(lease);
    let attempt = Attempt {
        id: lease.id,
        number: claimed.attempt,
        failures: claimed.failures,
        event_key: key,
        first_received: record.received(),
        replayed: claimed.replayed,
    };
    let command = record.label();
    let begun = Instant::now();
    let policy = &shared.settings.policy;
    let handled = caught_in(async {
        let verdict = policy.handle(shared.service.clone(), record, attempt);
        settle(verdict.await, &shared.settings)
    });
    let (end, handled) = handled.await.unwrap_or_else(|_panicked| {
        let failures = claimed.failures.saturating_add(1);
        settle(policy.panicked(failures), &shared.settings)
    });
    Judged {
        settlement: Settlement { lease, end },
        event: InboxEvent::Handled {
            id: lease.id,
            key,
            command,
            end: handled,
            took: begun.elapsed(),
        },
    }
}

fn settle(verdict: Disposition, settings: &Settings) -> (Settle, HandledEnd) {
    match verdict {
        Disposition::Done => {
            let forget = settings.forget;
            (Settle::Done { forget }, HandledEnd::Done)
        }
        Disposition::Retry { after, cause } => {
            let error = cause.words(settings.keep_errors);
            (
                Settle::Retry { after, error },
                HandledEnd::Retried(cause.kind()),
            )
        }
        Disposition::Dead { cause } => {
            let error = cause.words(settings.keep_errors);
            (Settle::Dead { error }, HandledEnd::Dead(cause.kind()))
        }
    }
}
