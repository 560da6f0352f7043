//! The protocol that puts its parameters into the URL: the checks, in the order of this file.

use std::{borrow::Cow, time::SystemTime};

use http::{HeaderMap, Uri};

use super::{
    Admission, AdmissionPolicy, Admitted, Sender, check_body,
    query::{self, Query, Unreadable},
    spelling::Escaped,
};
use crate::{app::Authenticated, catalog, outcome::Rejection, trtc, value::Platform};

/// The longest body of the console's check of a URL that names no app: `{}`.
const MAX_PROBE_LEN: u64 = 2;

/// Decides on the head of a POST. `None` if it is not ours.
#[inline]
pub(crate) fn admit(
    uri: &Uri,
    headers: &HeaderMap,
    body_len: impl FnOnce() -> Option<u64>,
    policy: &AdmissionPolicy,
    now: impl FnOnce() -> SystemTime,
) -> Option<Admission> {
    decide(query::candidate(uri)?, headers, body_len, policy, now)
}

/// Makes the checks, in the order of this function.
fn decide(
    query: &str,
    headers: &HeaderMap,
    body_len: impl FnOnce() -> Option<u64>,
    policy: &AdmissionPolicy,
    now: impl FnOnce() -> SystemTime,
) -> Option<Admission> {
    // 1. Is it ours?
    let params = match query::read(query, |command| takes(command, policy))? {
        Query::Webhook(params) => params,
        Query::WithoutApp(probe) => {
            let is_check = body_len().is_some_and(|length| length <= MAX_PROBE_LEN)
                && policy
                    .apps
                    .accept_any(probe.sign, probe.request_time, now, policy.window);
            return is_check.then_some(Admission::Probe {
                command: probe.command,
            });
        }
    };

    // 2. Is its query whole?
    let reject_query = |rejection| Admission::Reject {
        rejection,
        command: Cow::Borrowed(""),
        sender: None,
    };
    let params = match params {
        Ok(params) => params,
        Err(Unreadable::TooLong) => return Some(reject_query(Rejection::QueryTooLong)),
        Err(Unreadable::Malformed) => return Some(reject_query(Rejection::MalformedQuery)),
    };

    // What comes with the weaker signature never reaches the handler of an event.
    if trtc::looks_like_command(&params.command) {
        return Some(reject_query(Rejection::MalformedQuery));
    }

    // 3., 4. Is it from one of our apps?
    let app_id = params.app_id;
    let reject = |command, rejection, sender| Admission::Reject {
        rejection,
        command,
        sender,
    };
    let Some(Authenticated { auth, age }) = policy.apps.authenticate(
        app_id,
        params.sign,
        params.request_time,
        now(),
        policy.window,
    ) else {
        return Some(reject(params.command, Rejection::UnknownApp, None));
    };
    let sender = |auth| Sender {
        sdk_app_id: app_id,
        auth,
        signature_age: age,
    };
    let auth = match auth {
        Ok(auth) => auth,
        Err(error) => {
            let rejection = Rejection::Signature(error);
            return Some(reject(params.command, rejection, Some(sender(None))));
        }
    };

    // 5. Will its body be readable?
    if let Err(rejection) = check_body(headers, policy.body_limit) {
        return Some(reject(params.command, rejection, Some(sender(Some(auth)))));
    }

    Some(Admission::Admit(Admitted {
        sdk_app_id: app_id,
        client_ip: params.client_ip(),
        platform: params
            .platform()
            .map(|platform| Platform::from_parameter(&platform)),
        command: params.command,
        auth,
        signature_age: age,
    }))
}

/// Whether a POST is a webhook by its query.
pub(crate) fn is_webhook(uri: &Uri, policy: &AdmissionPolicy) -> bool {
    let read = query::candidate(uri)
        .and_then(|query| query::read(query, |command| takes(command, policy)));
    matches!(read, Some(Query::Webhook(_)))
}

fn takes(command: Escaped<'_>, policy: &AdmissionPolicy) -> bool {
    policy.only.is_none_or(|only| {
        command.means(only) || catalog::names(only).any(|name| command.means(name))
    })
}
