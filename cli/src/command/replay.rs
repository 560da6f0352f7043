//! `replay`: sends a recording again.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use http::StatusCode;
use tokio::time::{Instant, sleep_until};

use crate::{
    apps,
    exchange::head::Origin,
    output::recording::Recorded,
    secrets::{self, Secrets},
    send::{
        SignedProbe, TIMEOUT,
        client::{Client, Connections},
        effect, print, runtime,
        target::Target,
        unanswered,
    },
    terminal::{Failure, chain},
};

/// Sends the webhooks of a recording again, signed anew, at their original pace, one after another.
///
/// Ends with 0 if every answer has the status 200, with 1 if not, with 2 on a usage error.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The recording, made by `listen --record FILE` or downloaded from the page.
    file: PathBuf,

    /// Where to send it, as set in the console.
    #[arg(long, value_name = "URL")]
    to: String,

    #[command(flatten)]
    apps: apps::Given,

    /// How many times as fast as it was recorded.
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    speed: f64,

    /// A PEM file with certificates to trust besides the system's.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// Sends it.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    if !(options.speed.is_finite() && options.speed > 0.0) {
        return Err(Failure::usage("--speed must be a number above 0"));
    }
    let target =
        Target::parse(&options.to).map_err(|error| Failure::Usage(format!("--to: {error}")))?;
    let client =
        Client::new(&target, options.ca.as_deref(), Connections::Reused).map_err(Failure::Usage)?;
    let secrets = options.apps.read().map_err(Failure::Usage)?;
    apps::warn_of_unsigned(&secrets);
    let count = check(&options.file, &secrets)?;
    runtime()
        .map_err(Failure::other)?
        .block_on(send(options, count, &target, &client, &secrets))
}

/// Reads the whole recording once, so that nothing is sent from a bad one. Gives the number of its
/// webhooks.
fn check(path: &Path, secrets: &Secrets) -> Result<usize, Failure> {
    let mut count = 0;
    for_each(path, |recorded| {
        count += 1;
        let outgoing = recorded.outgoing()?;
        let (id, envelope) = (outgoing.sdk_app_id, outgoing.envelope);
        match secrets.sender(Some(id), envelope) {
            Some(_) => Ok(()),
            None => Err(secrets::missing(id, envelope)),
        }
    })?;
    match count {
        0 => Err(Failure::Usage(format!("{} is empty", path.display()))),
        _ => Ok(count),
    }
}

/// Sends the first `count` webhooks: the receiver may be recording into the same file.
async fn send(
    options: &Options,
    count: usize,
    target: &Target,
    client: &Client,
    secrets: &Secrets,
) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let mut first = None;
    let mut all_ok = true;
    let mut lines = lines(&options.file)?;
    for _ in 0..count {
        let Some((_, line)) = lines.next_line()? else {
            break;
        };
        let recorded: Recorded<'_> = serde_json::from_str(&line).map_err(Failure::other)?;
        let first = *first.get_or_insert(recorded.received);
        let after = Duration::from_millis(recorded.received.saturating_sub(first));
        // Too long for this computer's clock is as good as never; a recording is not that long.
        let after = Duration::try_from_secs_f64(after.as_secs_f64() / options.speed)
            .unwrap_or(Duration::MAX);
        if let Some(due) = start.checked_add(after) {
            sleep_until(due).await;
        }
        let (id, command) = (recorded.id, recorded.command.to_string());
        let outgoing = recorded.outgoing().map_err(Failure::other)?;
        let Some(keys) = secrets.get(outgoing.sdk_app_id) else {
            continue; // it was there when everything was checked
        };
        let shot = SignedProbe {
            outgoing,
            keys,
            target,
            origin: Origin::Replay,
        };
        let request = shot.request(None).map_err(Failure::Other)?;
        match client.send(request, TIMEOUT).await {
            Ok(received) => {
                all_ok &= received.status == StatusCode::OK;
                print(&format!(
                    "{id} {command}: {} after {} ms; {}",
                    received.status,
                    received.took.as_millis(),
                    effect(&command, &received).sentence()
                ))?;
            }
            Err(error) => {
                all_ok = false;
                print(&format!(
                    "{id} {command}: {}; {}",
                    chain(error.as_ref()),
                    unanswered(&command).sentence()
                ))?;
            }
        }
    }
    Ok(if all_ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The lines of a file that are not empty, with their numbers.
struct Lines {
    name: String,
    file: BufReader<File>,
    number: usize,
}

fn lines(path: &Path) -> Result<Lines, Failure> {
    let name = path.display().to_string();
    let file =
        File::open(path).map_err(|error| Failure::Usage(format!("cannot read {name}: {error}")))?;
    Ok(Lines {
        name,
        file: BufReader::new(file),
        number: 0,
    })
}

impl Lines {
    fn next_line(&mut self) -> Result<Option<(usize, String)>, Failure> {
        let cannot =
            |error: io::Error, name: &str| Failure::Usage(format!("cannot read {name}: {error}"));
        loop {
            let mut line = String::new();
            let read = self
                .file
                .read_line(&mut line)
                .map_err(|error| cannot(error, &self.name))?;
            self.number += 1;
            match read {
                0 => return Ok(None),
                _ if line.trim().is_empty() => {}
                _ => return Ok(Some((self.number, line))),
            }
        }
    }
}

fn for_each(
    path: &Path,
    mut see: impl FnMut(Recorded<'_>) -> Result<(), String>,
) -> Result<(), Failure> {
    let mut lines = lines(path)?;
    while let Some((number, line)) = lines.next_line()? {
        let seen = serde_json::from_str(&line)
            // serde's message could quote the line.
            .map_err(|error| format!("not a line of a recording, at column {}", error.column()))
            .and_then(&mut see);
        seen.map_err(|error| Failure::Usage(format!("{}, line {number}: {error}", lines.name)))?;
    }
    Ok(())
}
