//! The checks of a webhook URL, and the token for it on stdin.

use std::{
    io::{self, IsTerminal, Read, Write},
    time::{Duration, UNIX_EPOCH},
};

use tower_tencent_webhook::signature::{SignatureError, verify_at};

use super::checks::{Checks, is_fresh, is_known, known, not_configured};
use crate::{
    protocol::{Envelope, parameter_name, query_pairs},
    secrets::{Keys, Secret, Secrets},
    terminal::{Failure, Finding},
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
        let token = read_token().map_err(Failure::other)?;
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
    let mut values = query_pairs(query)
        .filter(|(own, _)| parameter_name(own).as_deref() == Some(name))
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

/// The longest token that is read from stdin, in bytes.
const MAX_TOKEN: u64 = 4096;

/// The token on stdin, without the line break. A terminal is asked for it, and does not show it.
fn read_token() -> io::Result<String> {
    let mut text = String::new();
    if io::stdin().is_terminal() {
        let hidden = Hidden::start()?;
        write!(io::stderr(), "token: ")?;
        io::stdin().read_line(&mut text)?;
        drop(hidden);
        writeln!(io::stderr())?; // the one that was typed is not shown either
    } else {
        io::stdin().take(MAX_TOKEN).read_to_string(&mut text)?;
    }
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// While it lives, the terminal on stdin does not show what is typed.
#[cfg(unix)]
struct Hidden(rustix::termios::Termios);

#[cfg(unix)]
impl Hidden {
    fn start() -> io::Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

        let shown = tcgetattr(io::stdin())?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &hidden)?;
        Ok(Self(shown))
    }
}

#[cfg(unix)]
impl Drop for Hidden {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};

        // Without the terminal there is nothing to restore.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// Elsewhere nothing can hide it: it has to be piped.
#[cfg(not(unix))]
struct Hidden;

#[cfg(not(unix))]
impl Hidden {
    fn start() -> io::Result<Self> {
        Err(io::Error::other(
            "this terminal would show the token: pipe it, or set TENCENT_WEBHOOK_APPS_FILE",
        ))
    }
}
