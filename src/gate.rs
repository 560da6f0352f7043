//! Admission: everything that is decided on the head of a request, in the order of this file.
//!
//! A pure function of the head, the rules and a clock: nothing of the body is read before it
//! admits a request.

use std::{
    borrow::Cow,
    net::IpAddr,
    num::IntErrorKind,
    time::{Duration, SystemTime},
};

use http::{HeaderMap, Method, Uri, header};

use crate::{
    app::{Apps, Auth},
    event,
    outcome::Refusal,
    platform::Platform,
    query::{self, Escaped},
};

/// What is compared with the head.
pub(crate) struct Rules<'a> {
    pub(crate) apps: &'a Apps,
    /// The one command that is taken, or `None` for all.
    pub(crate) only: Option<&'static str>,
    /// The one path that is taken, or `None` for all.
    pub(crate) path: Option<&'a str>,
    pub(crate) window: Duration,
    pub(crate) body_limit: usize,
}

#[derive(Debug)]
pub(crate) enum Admission {
    /// Not ours: for the inner service.
    Pass,
    /// Ours, and not acceptable. The label of the command and the app, as far as they are known.
    Refuse {
        refusal: Refusal,
        command: &'static str,
        sdk_app_id: Option<u64>,
    },
    Admit(Admitted),
}

/// What the query of an admitted request says.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) sdk_app_id: u64,
    pub(crate) command: Cow<'static, str>,
    pub(crate) client_ip: Option<IpAddr>,
    pub(crate) platform: Option<Platform>,
    pub(crate) auth: Auth,
}

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
        Some(only) => event::names(only).any(|name| command.means(name)),
        None => true,
    };
    let Some(params) = query::read(query, takes) else {
        return Admission::Pass;
    };

    // 2. Is its query whole?
    let refuse_query = |refusal| Admission::Refuse {
        refusal,
        command: event::label(""),
        sdk_app_id: None,
    };
    if query.len() > query::MAX_LEN {
        return refuse_query(Refusal::QueryTooLong);
    }
    let Ok(params) = params else {
        return refuse_query(Refusal::MalformedQuery);
    };

    // 3., 4. Is it from one of our apps?
    let app_id = params.app_id;
    let refuse = |refusal, sdk_app_id| Admission::Refuse {
        refusal,
        command: event::label(&params.command),
        sdk_app_id,
    };
    let auth = match rules.apps.authenticate(
        app_id,
        params.sign,
        params.request_time,
        now(),
        rules.window,
    ) {
        Some(Ok(auth)) => auth,
        Some(Err(error)) => return refuse(Refusal::Signature(error), Some(app_id)),
        None => return refuse(Refusal::UnknownApp, None),
    };

    // 5. Will its body be readable?
    if is_encoded(headers) {
        return refuse(Refusal::EncodedBody, Some(app_id));
    }
    if declared_length(headers).is_some_and(|length| length > rules.body_limit as u64) {
        return refuse(Refusal::BodyTooLarge, Some(app_id));
    }

    Admission::Admit(Admitted {
        sdk_app_id: app_id,
        client_ip: params.client_ip(),
        platform: params
            .platform()
            .map(|platform| Platform::from_parameter(&platform)),
        command: event::intern(params.command),
        auth,
    })
}

/// Nothing is inflated here, so anything but identity is refused.
fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|encoding| {
            let encoding = encoding.as_bytes().trim_ascii();
            !encoding.is_empty() && !encoding.eq_ignore_ascii_case(b"identity")
        })
}

/// The length that is declared; one that no `u64` holds is beyond every limit, too.
fn declared_length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
    match length.parse::<u64>() {
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => Some(u64::MAX),
        parsed => parsed.ok(),
    }
}
