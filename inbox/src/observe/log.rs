//! Every event as one line of the log.

use tracing::{Level, event};

use super::event::{HandledEnd, InboxEvent, Put};

const TARGET: &str = "tower_tencent_webhook_inbox";

pub(super) fn log(event: &InboxEvent) {
    match *event {
        InboxEvent::Put {
            command,
            result: Put::Failed(kind),
            took,
        } => event!(
            target: TARGET, Level::ERROR, command, reason = kind.as_str(), took_ms = ms(took),
            "not acknowledged: the store did not take an after-webhook, which may be lost"
        ),
        InboxEvent::Put {
            command,
            result,
            took,
        } => event!(
            target: TARGET, Level::DEBUG, command, result = result.as_str(), took_ms = ms(took),
            "acknowledged"
        ),
        InboxEvent::Handled {
            id,
            key,
            command,
            end: end @ HandledEnd::Done,
            took,
        } => event!(
            target: TARGET, Level::DEBUG, id, %key, command, end = end.as_str(), took_ms = ms(took),
            "handled"
        ),
        InboxEvent::Handled {
            id,
            key,
            command,
            end: end @ HandledEnd::Retried(kind),
            took,
        } => event!(
            target: TARGET, Level::WARN, id, %key, command, end = end.as_str(),
            reason = kind.as_str(), took_ms = ms(took), "an attempt failed; it is tried again"
        ),
        InboxEvent::Handled {
            id,
            key,
            command,
            end: end @ HandledEnd::Dead(kind),
            took,
        } => event!(
            target: TARGET, Level::ERROR, id, %key, command, end = end.as_str(),
            reason = kind.as_str(), took_ms = ms(took),
            "a delivery is dead; fix the cause and replay it"
        ),
        InboxEvent::Interrupted {
            id,
            key,
            dead: false,
        } => event!(
            target: TARGET, Level::WARN, id, %key,
            "a process died with this delivery in hand, or its lease ran out; it runs alone from now on"
        ),
        InboxEvent::Interrupted {
            id,
            key,
            dead: true,
        } => event!(
            target: TARGET, Level::ERROR, id, %key,
            "a delivery is dead: the process died three times while it was the only one in hand"
        ),
        InboxEvent::LeaseLost { id } => event!(
            target: TARGET, Level::WARN, id,
            "a delivery was settled too late, after its lease; it is handled more than once"
        ),
        InboxEvent::StoreFailed { step, kind } => event!(
            target: TARGET, Level::WARN, step = step.as_str(), reason = kind.as_str(),
            "the store did not answer a worker; it is asked again"
        ),
        InboxEvent::Stats(stats) => event!(
            target: TARGET, Level::DEBUG, waiting = stats.waiting, leased = stats.leased,
            dead = stats.dead, oldest_waiting_ms = stats.oldest_waiting.map(ms), "held"
        ),
    }
}

fn ms(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
