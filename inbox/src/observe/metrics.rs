//! Every event as figures of the `metrics` facade.

use metrics::{counter, gauge, histogram};

use super::event::InboxEvent;

pub(super) fn record(event: &InboxEvent) {
    match *event {
        InboxEvent::Put { result, took, .. } => {
            counter!("tencent_inbox_put_total", "result" => result.as_str()).increment(1);
            histogram!("tencent_inbox_put_seconds").record(took);
        }
        InboxEvent::Handled {
            command, end, took, ..
        } => {
            let labels = [("command", command), ("end", end.as_str())];
            counter!("tencent_inbox_handled_total", &labels).increment(1);
            histogram!("tencent_inbox_handle_seconds").record(took);
        }
        InboxEvent::Stats(stats) => {
            let oldest = stats.oldest_waiting.unwrap_or_default();
            gauge!("tencent_inbox_waiting").set(stats.waiting as f64);
            gauge!("tencent_inbox_oldest_seconds").set(oldest.as_secs_f64());
        }
        InboxEvent::Interrupted { dead: true, .. } => {
            let labels = [("command", "other"), ("end", "dead")];
            counter!("tencent_inbox_handled_total", &labels).increment(1);
        }
        InboxEvent::Interrupted { .. }
        | InboxEvent::LeaseLost { .. }
        | InboxEvent::StoreFailed { .. } => {}
    }
}
