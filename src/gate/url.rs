//! The protocol that puts its parameters into the URL: the checks, in the order of this file.

use std::{borrow::Cow, time::SystemTime};

use http::{HeaderMap, Method, Uri};

use super::{
    Admission, Admitted, Rules, Sender, check_body,
    escape::Escaped,
    query::{self, Query},
};
use crate::{app::Authenticated, lookup, outcome::Rejection, trtc, value::Platform};

/// The longest body of the console's check of a URL that names no app: `{}`.
const MAX_PROBE_LEN: u64 = 2;

pub(crate) fn admit(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body_len: impl FnOnce() -> Option<u64>,
    rules: &Rules<'_>,
    now: impl FnOnce() -> SystemTime,
) -> Admission {
    // 1. Is it ours?
    if method != Method::POST || rules.path.is_some_and(|path| path != uri.path()) {
        return Admission::Pass;
    }
    let (query, cut) = query::cut(uri.query().unwrap_or_default());
    let params = match query::read(query, |command| takes(command, rules)) {
        None => return Admission::Pass,
        Some(Query::Webhook(params)) => params,
        Some(Query::WithoutApp(probe)) => {
            let is_check = !cut
                && body_len().is_some_and(|length| length <= MAX_PROBE_LEN)
                && rules
                    .apps
                    .accept_any(probe.sign, probe.request_time, now, rules.window);
            if !is_check {
                return Admission::Pass;
            }
            let command = lookup::intern(probe.command);
            return Admission::Probe { command };
        }
    };

    // 2. Is its query whole?
    let reject_query = |rejection| Admission::Reject {
        rejection,
        command: Cow::Borrowed(""),
        sender: None,
    };
    if cut {
        return reject_query(Rejection::QueryTooLong);
    }
    let Ok(params) = params else {
        return reject_query(Rejection::MalformedQuery);
    };

    // What comes with the weaker signature never reaches the handler of an event.
    if trtc::looks_like_command(&params.command) {
        return reject_query(Rejection::MalformedQuery);
    }

    // 3., 4. Is it from one of our apps?
    let app_id = params.app_id;
    let reject = |command, rejection, sender| Admission::Reject {
        rejection,
        command: lookup::intern(command),
        sender,
    };
    let Some(Authenticated { auth, age }) = rules.apps.authenticate(
        app_id,
        params.sign,
        params.request_time,
        now(),
        rules.window,
    ) else {
        return reject(params.command, Rejection::UnknownApp, None);
    };
    let sender = |auth| Sender {
        sdk_app_id: app_id,
        auth,
        signature_age: age,
    };
    let auth = match auth {
        Ok(auth) => auth,
        Err(error) => {
            return reject(
                params.command,
                Rejection::Signature(error),
                Some(sender(None)),
            );
        }
    };

    // 5. Will its body be readable?
    if let Err(rejection) = check_body(headers, rules.body_limit) {
        return reject(params.command, rejection, Some(sender(Some(auth))));
    }

    Admission::Admit(Admitted {
        sdk_app_id: app_id,
        client_ip: params.client_ip(),
        platform: params
            .platform()
            .map(|platform| Platform::from_parameter(&platform)),
        command: lookup::intern(params.command),
        auth,
        signature_age: age,
    })
}

/// Whether a request is a webhook except for its path.
pub(crate) fn looks_like_ours(method: &Method, uri: &Uri, rules: &Rules<'_>) -> bool {
    let (query, _) = query::cut(uri.query().unwrap_or_default());
    let read = || query::read(query, |command| takes(command, rules));
    method == Method::POST && matches!(read(), Some(Query::Webhook(_)))
}

fn takes(command: Escaped<'_>, rules: &Rules<'_>) -> bool {
    rules.only.is_none_or(|only| {
        command.means(only) || lookup::names(only).any(|name| command.means(name))
    })
}
