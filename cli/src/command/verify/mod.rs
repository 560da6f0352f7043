//! `verify`: reads one webhook that was copied from somewhere, and tells which checks pass.

mod checks;
mod event;
mod url;

use std::{fs, path::PathBuf, process::ExitCode};

use crate::{
    apps,
    terminal::{Failure, Report},
};

/// Tells which checks a webhook URL passes, and why it fails the others; with --event, the same for a
/// TRTC event.
///
/// The token comes from --app, the environment, or else from stdin. Ends with 0 if every check
/// passes, with 1 if not, with 2 on a usage error.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The URL as Tencent called it; in quotes, since the shell would interpret &.
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
    apps: apps::Given,
}

/// Verifies it.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let secrets = options.apps.read().map_err(Failure::Usage)?;
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
