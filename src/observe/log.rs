//! One `tracing` event for each webhook, at its end, and the limit against floods of warnings.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use tracing::{Level, level_filters::LevelFilter};

use crate::{
    app::Auth,
    outcome::{End, FailureKind, Outcome, Rejection},
    reply::Phase,
    signature::SignatureError,
    wire::DecodeError,
};

/// The target of the layer's events and of its span.
pub(super) const TARGET: &str = "tower_tencent_webhook";

/// Whether an event of this end can be seen by anybody. One load without a subscriber.
#[inline]
pub(super) fn may_be_seen(end: End) -> bool {
    LevelFilter::current() >= level(end)
}

/// The level of an end, before the limit against floods.
#[inline]
fn level(end: End) -> Level {
    match end {
        End::Answered => Level::DEBUG,
        End::Rejected(_) => Level::WARN,
        // What whoever has an old URL, or a proxy, can cause without end.
        End::Failed(
            FailureKind::BodyLate
            | FailureKind::BodyBroken
            | FailureKind::BodyTooLarge
            | FailureKind::BodyEncoded
            | FailureKind::BodyLost
            | FailureKind::Stale,
            _,
        ) => Level::WARN,
        End::Failed(..) | End::FailedLate(_) => Level::ERROR,
        End::FinishedLate | End::Abandoned | End::Probed => Level::INFO,
    }
}

/// Emits the event. Fields come from closed sets and numbers, so that they show none of the
/// content; `error` is the place of what could not be decoded.
pub(super) fn event(outcome: &Outcome, error: Option<&DecodeError>, warnings: &Warnings) {
    // The level of an event is a constant of its place in the code.
    macro_rules! emit {
        ($level:expr, $suppressed:expr) => {
            tracing::event!(
                target: TARGET,
                $level,
                command = outcome.command,
                phase = outcome.phase.map(Phase::as_str),
                sdk_app_id = outcome.sdk_app_id,
                end = outcome.end.as_str(),
                reason = outcome.end.reason(),
                status = outcome.status.map(|status| status.as_u16()),
                duration_ms = u64::try_from(outcome.duration.as_millis()).unwrap_or(u64::MAX),
                auth = outcome.auth.map(Auth::as_str),
                signature_age = outcome.signature_age,
                error = error.map(tracing::field::display),
                suppressed = $suppressed,
                "{}",
                message(outcome)
            )
        };
    }
    let suppressed: Option<u64> = None;
    let level = match outcome.end {
        End::Abandoned if outcome.verdict.is_some() => Level::WARN,
        end => level(end),
    };
    match level {
        Level::ERROR => emit!(Level::ERROR, suppressed),
        // A stranger who disconnects could fill the log.
        Level::INFO if outcome.end == End::Abandoned && outcome.auth.is_none() => {
            emit!(Level::DEBUG, suppressed);
        }
        Level::INFO => emit!(Level::INFO, suppressed),
        Level::WARN if tracing::enabled!(target: TARGET, Level::WARN) => {
            match admit(outcome, warnings) {
                Some(suppressed) => {
                    emit!(Level::WARN, (suppressed > 0).then_some(suppressed));
                }
                None => emit!(Level::DEBUG, suppressed),
            }
        }
        _ => emit!(Level::DEBUG, suppressed),
    }
}

/// The policy itself has failed.
pub(crate) fn on_failure_panicked() {
    tracing::error!(
        target: TARGET,
        "`on_failure` panicked: the before-webhook is refused; the panic hook has the message"
    );
}

/// A webhook that nobody takes, because of its path.
pub(crate) fn other_path(path: &str, requested: &str) {
    tracing::warn!(
        target: TARGET,
        path,
        requested,
        "a webhook came to a path other than the layer's; inside `nest` a path lacks its prefix"
    );
}

/// An event of TRTC that nobody takes, because no app has a key for it.
pub(crate) fn no_event_key() {
    tracing::warn!(
        target: TARGET,
        "an event of TRTC came, and passed through: no app takes events; give its app an `event_key`"
    );
}

/// The number of warnings suppressed before this one, if this is to be one: of an app that is
/// configured.
fn admit(outcome: &Outcome, warnings: &Warnings) -> Option<u64> {
    let reason = outcome.end.reason().unwrap_or(outcome.end.as_str());
    warnings.admit(outcome.sdk_app_id?, reason)
}

/// What happened, and what to do about it.
fn message(outcome: &Outcome) -> &'static str {
    match outcome.end {
        End::Answered => "answered",
        End::Probed => "the console checked the URL",
        End::Rejected(rejection) => rejected(rejection),
        End::FailedLate(FailureKind::TimedOut) => {
            "the handler was ended before it was done, and its event is lost: `drain` the layer on shutdown"
        }
        End::Failed(kind, _) | End::FailedLate(kind) => failed(kind),
        End::FinishedLate => {
            "the handler finished after the answer: make it quicker, or let it only store the event"
        }
        End::Abandoned if outcome.verdict.is_some() => {
            "the client disconnected before there was an answer: Tencent does what the console is set to, most likely lets it pass"
        }
        End::Abandoned => "the client disconnected before there was an answer",
    }
}

fn rejected(rejection: Rejection) -> &'static str {
    match rejection {
        Rejection::MalformedQuery => {
            "the query is not one that Tencent sends: a parameter appears twice or is malformed"
        }
        Rejection::MalformedHeader => {
            "the header `SdkAppId` is not one that TRTC sends: it appears twice or is not a number"
        }
        Rejection::QueryTooLong => {
            "the query is longer than 8 KiB, or has more than 128 parameters: Tencent did not send it"
        }
        Rejection::UnknownApp => {
            "`SdkAppid` is not one of the configured apps: if it is yours, add it to `Apps`"
        }
        Rejection::Signature(SignatureError::NoSecret) => {
            "the app is configured, but not for requests like this: give it its token, or its event key"
        }
        Rejection::Signature(SignatureError::Missing) => {
            "`Sign` or `RequestTime` is missing: switch authentication on in the console, and check that no proxy drops the query or the header"
        }
        Rejection::Signature(SignatureError::Malformed) => {
            "`Sign` or `RequestTime` does not have its documented form: Tencent did not send this, or a proxy changed it"
        }
        Rejection::Signature(SignatureError::Wrong) => {
            "`Sign` does not match the token of this app, or its event key: compare it with the one in the console"
        }
        Rejection::Signature(SignatureError::Stale) => {
            "`Sign` is right, but `RequestTime` or `CallbackTs` is outside the window: synchronise this machine's clock"
        }
        Rejection::EncodedBody => {
            "the body has a `Content-Encoding`: switch compression off in the proxy, or decompress outside this layer"
        }
        Rejection::BodyTooLarge => "the body is longer than the limit: raise `body_limit`",
        Rejection::BodyUnreadable => "the body broke off: the client or a proxy disconnected",
        Rejection::BodyTimedOut => {
            "the body was not complete at the deadline: the client or a proxy is slow"
        }
    }
}

fn failed(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::BodyLate => rejected(Rejection::BodyTimedOut),
        FailureKind::BodyBroken => rejected(Rejection::BodyUnreadable),
        FailureKind::BodyTooLarge => rejected(Rejection::BodyTooLarge),
        FailureKind::BodyEncoded => rejected(Rejection::EncodedBody),
        FailureKind::Stale => rejected(Rejection::Signature(SignatureError::Stale)),
        FailureKind::BodyLost => {
            "the body is blank: a proxy drops bodies, or the console checked the URL; choose `Refuse` in `on_failure` to let nothing pass"
        }
        FailureKind::NotReady => {
            "the handler's service could not be made ready: `on_failure` gets the error"
        }
        FailureKind::Undecodable => {
            "the body does not have the documented shape: take the event as `Undecoded` or as a struct of your own"
        }
        FailureKind::Handler => "the handler returned an error: `on_failure` gets it",
        FailureKind::Panic => "the handler panicked: the panic hook has its message",
        FailureKind::WrongReply => {
            "the handler's reply does not have the form that the command takes: see the table of `event::COMMANDS`"
        }
        FailureKind::Overloaded => {
            "too many webhooks are being handled: make the handler quicker, or raise its limit, `before_limit` or `background_limit`"
        }
        FailureKind::TimedOut => {
            "the handler had not replied at the deadline: make it quicker, and let it block no thread"
        }
    }
}

/// How long one warning stands for all that repeat it.
const PERIOD: Duration = Duration::from_secs(10);

/// The last warning of each app and reason.
///
/// An app id is in every client, so that anybody can make the layer reject requests of a configured
/// app. Both keys come from closed sets: the configured apps, and the reasons.
#[derive(Default)]
pub(super) struct Warnings(Mutex<BTreeMap<(u64, &'static str), Last>>);

struct Last {
    at: Instant,
    /// How many have been suppressed since.
    suppressed: u64,
}

impl Warnings {
    /// How many warnings were suppressed before this one; `None` if this one is, too.
    pub(super) fn admit(&self, sdk_app_id: u64, reason: &'static str) -> Option<u64> {
        let now = Instant::now();
        let mut warnings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Last {
            at: now,
            suppressed: 0,
        };
        let Some(last) = warnings.get_mut(&(sdk_app_id, reason)) else {
            warnings.insert((sdk_app_id, reason), fresh);
            return Some(0);
        };
        if now.duration_since(last.at) < PERIOD {
            last.suppressed += 1;
            return None;
        }
        let suppressed = last.suppressed;
        *last = fresh;
        Some(suppressed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_in_ten_seconds_for_each_app_and_reason() {
        let warnings = Warnings::default();
        assert_eq!(warnings.admit(1, "stale"), Some(0));
        assert_eq!(warnings.admit(1, "stale"), None);
        assert_eq!(warnings.admit(1, "wrong"), Some(0), "another reason");
        assert_eq!(warnings.admit(2, "stale"), Some(0), "another app");

        tokio::time::advance(PERIOD - Duration::from_millis(1)).await;
        assert_eq!(warnings.admit(1, "stale"), None);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(warnings.admit(1, "stale"), Some(2));
        assert_eq!(warnings.admit(1, "stale"), None, "a new period has begun");

        tokio::time::advance(PERIOD).await;
        assert_eq!(warnings.admit(1, "stale"), Some(1));
        assert_eq!(warnings.admit(1, "wrong"), Some(0));
    }
}
