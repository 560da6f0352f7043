//! `verify`: reads a pasted webhook URL, and tells which check passes.

use std::{
    io::{self, IsTerminal, Read, Write},
    process::ExitCode,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tower_tencent_webhook::signature::{SignatureError, verify_at};

use crate::{
    advice::duration,
    failure::Failure,
    head::{pairs, parameter},
    report::{Finding, Report},
    secrets::{self, Keys, Secret, Secrets},
};

/// How old a signature may be, as the vendor advises.
const WINDOW: Duration = Duration::from_secs(60);
/// The longest token that is read from stdin, in bytes.
const MAX_TOKEN: u64 = 4096;

/// Tells which checks a webhook URL passes, and why it fails the others.
///
/// The token comes from --app, the environment, or else from stdin. Ends with 0 if every check
/// passes, with 1 if not, with 2 on a usage error.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The URL as Tencent called it; in quotes, since a shell reads & otherwise.
    url: String,

    #[command(flatten)]
    secrets: secrets::Given,
}

/// Verifies it.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let Some((_, query)) = options.url.split_once('?') else {
        return Err(Failure::usage(
            "the URL has no query; put it into quotes, since a shell reads & otherwise",
        ));
    };
    let query = query.split('#').next().unwrap_or_default();
    let mut secrets = options.secrets.read().map_err(Failure::Usage)?;
    if secrets.is_empty()
        && let Some(id) = only(query, "sdkappid").ok().and_then(|id| id.parse().ok())
    {
        let token = read_token().map_err(Failure::other)?;
        if token.is_empty() {
            return Err(Failure::usage(
                "there is no token: give --app ID:TOKEN, or the token on stdin",
            ));
        }
        let keys = Keys {
            tokens: vec![Secret::new(token)],
            ..Keys::default()
        };
        secrets.insert(id, keys);
    }

    let mut report = Report::default();
    let app = app(query, &secrets);
    report.add("app", app.as_ref().map(|_| ()).map_err(Clone::clone))?;
    let keys = app.ok();
    report.add("sign", sign(query, keys))?;
    report.add("time", time(query, keys))?;
    report.add("command", only(query, "callbackcommand").map(|_| ()))?;
    Ok(report.exit_code())
}

/// The token on stdin, without the line break.
fn read_token() -> io::Result<String> {
    if io::stdin().is_terminal() {
        write!(io::stderr(), "token: ")?;
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let mut text = String::new();
    io::stdin().take(MAX_TOKEN).read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The one value of the parameter.
fn only<'a>(query: &'a str, name: &str) -> Result<&'a str, Finding> {
    let mut values = pairs(query)
        .filter(|(own, _)| parameter(own).as_deref() == Some(name))
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(""), None) | (None, _) => Err(Finding::bad(format!("{} is missing", spelt(name)))),
        (Some(value), None) => Ok(value),
        _ => Err(Finding::bad(format!("{} is there twice", spelt(name)))),
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
    secrets
        .get(id)
        .ok_or_else(|| Finding::bad(format!("app {id} is not configured: give its token")))
}

/// Whether `Sign` fits a token, at the time that it gives itself.
fn sign(query: &str, keys: Option<&Keys>) -> Result<(), Finding> {
    let keys = signed(keys)?;
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
    let signed_at: u64 = only(query, "requesttime")?
        .parse()
        .map_err(|_| Finding::bad("RequestTime is not a number"))?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let off = now.abs_diff(signed_at);
    if off <= WINDOW.as_secs() {
        return Ok(());
    }
    let direction = if signed_at < now { "ago" } else { "from now" };
    Err(Finding::bad(format!(
        "signed {} {direction}; a receiver accepts 60 s, so this URL is old or a clock is off",
        duration(off)
    )))
}

fn signed(keys: Option<&Keys>) -> Result<&Keys, Finding> {
    match keys {
        None => Err(Finding::skipped("the app is not known")),
        Some(keys) if keys.tokens.is_empty() => Err(Finding::skipped("the app does not sign")),
        Some(keys) => Ok(keys),
    }
}
