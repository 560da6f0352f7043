//! The one line of advice for each cause.

use tower_tencent_webhook::{End, FailureKind, Rejection, signature::SignatureError};

use crate::exchange::{Exchange, Fate};

/// What to do about it; `None` where all is well.
pub(crate) fn of(exchange: &Exchange) -> Option<String> {
    if exchange.by_rule {
        return Some("answered by a rule of this page; remove the rule to undo it".to_owned());
    }
    match exchange.fate? {
        Fate::NotAWebhook => Some(not_a_webhook(exchange)),
        Fate::Webhook(End::Rejected(cause)) => Some(rejected(cause, exchange)),
        Fate::Webhook(End::Failed(kind, _) | End::FailedLate(kind)) => {
            Some(failed(kind).to_owned())
        }
        Fate::Webhook(End::FinishedLate) => Some(
            "acknowledged at the deadline, and done later: move slow work behind the answer"
                .to_owned(),
        ),
        Fate::Webhook(End::Abandoned) => Some(
            "the sender closed the connection before the answer; Tencent waits for 2 s".to_owned(),
        ),
        Fate::Webhook(_) => None,
    }
}

fn not_a_webhook(exchange: &Exchange) -> String {
    let head = &exchange.head;
    let has = |name| head.parameter(name).is_some();
    let what = if head.method != "POST" {
        return format!(
            "{} instead of POST: Tencent sends webhooks by POST only",
            head.method
        );
    } else if has("sdkappid") {
        "its query has SdkAppid and no CallbackCommand"
    } else if has("callbackcommand") {
        "its query has CallbackCommand and no SdkAppid"
    } else {
        "neither SdkAppid and CallbackCommand in the query, nor a header SdkAppId of an app with an event key"
    };
    format!("{what}: a proxy may have dropped it, or somebody else sent this")
}

fn rejected(cause: Rejection, exchange: &Exchange) -> String {
    let app = match exchange.sdk_app_id {
        Some(id) => format!("app {id}"),
        None => "the app".to_owned(),
    };
    match cause {
        Rejection::UnknownApp => {
            format!("{app} is not configured here: start with --app ID:TOKEN of it")
        }
        Rejection::Signature(SignatureError::Wrong) => {
            format!("Sign does not match: the token of {app} is not the one in the console")
        }
        Rejection::Signature(SignatureError::Stale) => match stale(exchange) {
            Some(stale) => format!(
                "stale by {stale}: compare this machine's clock, or an old URL was sent again"
            ),
            None => "stale: compare this machine's clock".to_owned(),
        },
        Rejection::Signature(SignatureError::Missing) => format!(
            "no signature: switch authentication on for {app} in the console, or start with --app ID alone"
        ),
        Rejection::Signature(_) => {
            "Sign or RequestTime is not what Tencent sends: look for a proxy that changes URLs"
                .to_owned()
        }
        Rejection::MalformedQuery => {
            "a parameter is there twice or malformed: look for a proxy that changes URLs".to_owned()
        }
        Rejection::QueryTooLong => {
            "the query is longer than 8 KiB, which Tencent never sends".to_owned()
        }
        Rejection::EncodedBody => {
            "the body is compressed, which Tencent never does: look for a proxy in front".to_owned()
        }
        Rejection::BodyTooLarge => {
            "the body is longer than 1 MiB, which Tencent never sends".to_owned()
        }
        Rejection::BodyTimedOut => {
            "the body was not complete in time: look at the network or a proxy in front".to_owned()
        }
        _ => "the body broke off: look at the network or a proxy in front".to_owned(),
    }
}

fn failed(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Undecodable => {
            "the body does not have the documented shape; compare it with the vendor's page"
        }
        FailureKind::TimedOut => "no answer in time: Tencent waits for 2 s",
        FailureKind::Overloaded => "more webhooks at a time than this tool takes",
        _ => "the app behind --forward-to did not answer 200: look at its log",
    }
}

/// How far the time of signing is from the time of arrival, in words.
fn stale(exchange: &Exchange) -> Option<String> {
    let signed = exchange.head.request_time()?;
    Some(duration((exchange.received / 1000).abs_diff(signed)))
}

/// Seconds in the largest unit that fits.
pub(crate) fn duration(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
