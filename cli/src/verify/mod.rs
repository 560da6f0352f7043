//! `verify`: reads one webhook that was copied from somewhere, and tells which checks pass.

mod event;
mod url;

use std::{
    fs,
    path::PathBuf,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{
    advice::duration,
    failure::Failure,
    report::{Finding, Report},
    secrets::{self, Keys},
};

/// Tells which checks a webhook URL passes, and why it fails the others; with --event, the same of a
/// TRTC event.
///
/// The token comes from --app, the environment, or else from stdin. Ends with 0 if every check
/// passes, with 1 if not, with 2 on a usage error.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The URL as Tencent called it; in quotes, since a shell reads & otherwise.
    #[arg(required_unless_present = "event", conflicts_with = "event")]
    url: Option<String>,

    /// A file with the body of a TRTC event, byte for byte.
    #[arg(long, value_name = "FILE", requires = "sign")]
    event: Option<PathBuf>,

    /// The header Sign of the event.
    #[arg(long, value_name = "SIGN", requires = "event")]
    sign: Option<String>,

    /// The header SdkAppId of the event, if there is more than one --event-key.
    #[arg(long, value_name = "ID", requires = "event")]
    sdk_app_id: Option<u64>,

    #[command(flatten)]
    secrets: secrets::Given,
}

/// What the checks found, in the order in which they are printed.
struct Checks {
    app: Result<(), Finding>,
    sign: Result<(), Finding>,
    time: Result<(), Finding>,
    command: Result<(), Finding>,
}

/// Verifies it.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let secrets = options.secrets.read().map_err(Failure::Usage)?;
    let checks = match (&options.event, &options.url) {
        (Some(path), _) => {
            let body = fs::read(path).map_err(|error| {
                Failure::Usage(format!("cannot read {}: {error}", path.display()))
            })?;
            let sign = options.sign.as_deref().unwrap_or_default();
            event::check(&body, sign, options.sdk_app_id, &secrets)
        }
        (None, Some(url)) => url::check(url, secrets)?,
        (None, None) => return Err(Failure::usage("a URL is needed")), // clap has checked that
    };
    let mut report = Report::default();
    report.add("app", checks.app)?;
    report.add("sign", checks.sign)?;
    report.add("time", checks.time)?;
    report.add("command", checks.command)?;
    Ok(report.exit_code())
}

/// Whether it was sent within `window` of now, all in seconds.
fn is_fresh(sent: u64, window: u64) -> Result<(), Finding> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let off = now.abs_diff(sent);
    if off <= window {
        return Ok(());
    }
    let direction = if sent < now { "ago" } else { "from now" };
    Err(Finding::bad(format!(
        "sent {} {direction}; a receiver accepts {window} s, so it is old or a clock is off",
        duration(off)
    )))
}

fn not_configured(id: u64) -> Finding {
    Finding::bad(format!("app {id} is not configured: give its token or key"))
}

fn known(keys: Option<&Keys>) -> Result<&Keys, Finding> {
    keys.ok_or_else(|| Finding::skipped("the app is not known"))
}
