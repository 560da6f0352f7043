//! The checks of a webhook URL.

use std::time::{Duration, UNIX_EPOCH};

use tower_tencent_webhook::signature::{SignatureError, verify_at};

use super::{
    checks::{Checks, is_fresh, is_known, known, not_configured},
    token,
};
use crate::{
    envelope::Envelope,
    failure::Failure,
    query::{pairs, parameter},
    report::Finding,
    secrets::{Keys, Secret, Secrets},
};

/// How old a signature may be, as the vendor advises.
const WINDOW: Duration = Duration::from_secs(60);

pub(super) fn check(url: &str, mut secrets: Secrets) -> Result<Checks, Failure> {
    let Some((_, query)) = url.split_once('?') else {
        return Err(Failure::usage(
            "the URL has no query; put it into quotes, since the shell would interpret &",
        ));
    };
    let query = query.split('#').next().unwrap_or_default();
    let has_token = secrets.iter().any(|(_, keys)| keys.sends(Envelope::Url));
    if !has_token && let Some(id) = only(query, "sdkappid").ok().and_then(|id| id.parse().ok()) {
        let token = token::read().map_err(Failure::other)?;
        if token.is_empty() {
            return Err(Failure::usage(
                "there is no token: give --app ID:TOKEN, or the token on stdin",
            ));
        }
        let mut keys = secrets.get(id).cloned().unwrap_or_default();
        keys.tokens.push(Secret::new(token));
        secrets.insert(id, keys);
    }
    let (app, keys) = match app(query, &secrets) {
        Ok(keys) => (Ok(()), Some(keys)),
        Err(finding) => (Err(finding), None),
    };
    Ok(Checks {
        app,
        sign: sign(query, keys),
        time: time(query, keys),
        command: only(query, "callbackcommand").and_then(is_known),
    })
}

/// The one value of the parameter.
fn only<'a>(query: &'a str, name: &str) -> Result<&'a str, Finding> {
    let mut values = pairs(query)
        .filter(|(own, _)| parameter(own).as_deref() == Some(name))
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(""), None) | (None, _) => Err(Finding::bad(format!("{} is missing", spelt(name)))),
        (Some(value), None) => Ok(value),
        _ => Err(Finding::bad(format!("{} appears twice", spelt(name)))),
    }
}

/// The parameter as Tencent spells it.
fn spelt(name: &str) -> &str {
    match name {
        "sdkappid" => "SdkAppid",
        "callbackcommand" => "CallbackCommand",
        "sign" => "Sign",
        _ => "RequestTime",
    }
}

fn app<'a>(query: &str, secrets: &'a Secrets) -> Result<&'a Keys, Finding> {
    let id: u64 = only(query, "sdkappid")?
        .parse()
        .map_err(|_| Finding::bad("SdkAppid is not a number"))?;
    secrets.get(id).ok_or_else(|| not_configured(id))
}

/// Whether `Sign` matches a token, at the time that the URL gives.
fn sign(query: &str, keys: Option<&Keys>) -> Result<(), Finding> {
    let keys = signed(keys)?;
    if keys.tokens.is_empty() {
        return Err(Finding::bad(
            "the app has no token here: give --app ID:TOKEN",
        ));
    }
    let (sign, time) = (only(query, "sign")?, only(query, "requesttime")?);
    let signed_at = UNIX_EPOCH + Duration::from_secs(time.parse().unwrap_or(0));
    let fits = |token: &Secret| verify_at(token.expose(), sign, time, signed_at, WINDOW);
    let mut last = SignatureError::Wrong;
    for token in &keys.tokens {
        match fits(token) {
            Ok(()) => return Ok(()),
            Err(error) => last = error,
        }
    }
    Err(Finding::bad(match last {
        SignatureError::Malformed => last.to_string(),
        _ => "Sign does not match: this token is not the one in the console".to_owned(),
    }))
}

/// Whether it was signed just now.
fn time(query: &str, keys: Option<&Keys>) -> Result<(), Finding> {
    signed(keys)?;
    let signed_at = only(query, "requesttime")?
        .parse()
        .map_err(|_| Finding::bad("RequestTime is not a number"))?;
    is_fresh(signed_at, WINDOW.as_secs())
}

/// The keys of an app whose webhooks are signed: of every one that was not declared to go without.
fn signed(keys: Option<&Keys>) -> Result<&Keys, Finding> {
    match known(keys)? {
        keys if keys.unsigned => Err(Finding::skipped("the app does not sign")),
        keys => Ok(keys),
    }
}
