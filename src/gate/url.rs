//! The protocol that puts its parameters into the URL: the checks, in the order of this file.

use std::time::SystemTime;

use http::{HeaderMap, Method, Uri};

use super::{
    Admission, Admitted, Rules, Sender, check_body,
    query::{self, Escaped},
};
use crate::{app::Authenticated, lookup, outcome::Rejection, trtc, value::Platform};

pub(crate) fn admit(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    rules: &Rules<'_>,
    now: impl FnOnce() -> SystemTime,
) -> Admission {
    // 1. Is it ours?
    if method != Method::POST || rules.path.is_some_and(|path| path != uri.path()) {
        return Admission::Pass;
    }
    let query = uri.query().unwrap_or_default();
    let takes = |command: Escaped<'_>| match rules.only {
        Some(only) => command.means(only) || lookup::names(only).any(|name| command.means(name)),
        None => true,
    };
    let Some(params) = query::read(query, takes) else {
        return Admission::Pass;
    };

    // 2. Is its query whole?
    let reject_query = |rejection| Admission::Reject {
        rejection,
        command: lookup::label(""),
        sender: None,
    };
    if query.len() > query::MAX_LEN {
        return reject_query(Rejection::QueryTooLong);
    }
    let Ok(params) = params else {
        return reject_query(Rejection::MalformedQuery);
    };

    // What comes by the weaker signature never reaches the handler of an event.
    if trtc::looks_like_command(&params.command) {
        return reject_query(Rejection::MalformedQuery);
    }

    // 3., 4. Is it from one of our apps?
    let app_id = params.app_id;
    let reject = |rejection, sender| Admission::Reject {
        rejection,
        command: lookup::label(&params.command),
        sender,
    };
    let Some(Authenticated { auth, age }) = rules.apps.authenticate(
        app_id,
        params.sign,
        params.request_time,
        now(),
        rules.window,
    ) else {
        return reject(Rejection::UnknownApp, None);
    };
    let sender = |auth| Sender {
        sdk_app_id: app_id,
        auth,
        signature_age: age,
    };
    let auth = match auth {
        Ok(auth) => auth,
        Err(error) => return reject(Rejection::Signature(error), Some(sender(None))),
    };

    // 5. Will its body be readable?
    if let Err(rejection) = check_body(headers, rules.body_limit) {
        return reject(rejection, Some(sender(Some(auth))));
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
