//! `trigger`: sends one webhook, and tells what Tencent would do with the answer.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use bytes::Bytes;
use http::StatusCode;

use super::commands;
use crate::{
    apps,
    exchange::head::Origin,
    protocol::Envelope,
    send::{
        Fault, SignedProbe, TIMEOUT,
        client::{Client, Connections},
        effect,
        outgoing::Outgoing,
        runtime,
        sample::{self, Change},
        target::Target,
        unanswered,
    },
    terminal::{Failure, chain},
};

/// Sends a signed sample of a webhook, as Tencent does, and prints the answer and what Tencent does
/// with it.
///
/// Ends with 0 if the status of the answer is 200, with 1 if not, with 2 on a usage error.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// What to send, such as Group.CallbackAfterSendMsg or TRTC.101.
    #[arg(required_unless_present = "list")]
    command: Option<String>,

    /// Where to send it, as set in the console.
    #[arg(long, value_name = "URL", required_unless_present = "list")]
    to: Option<String>,

    #[command(flatten)]
    apps: apps::Given,

    /// Sets a field of the body: to JSON if the value is JSON, else to a text. A field inside
    /// another one is named by its path, such as EventInfo.RoomId or MsgBody.0.MsgContent.Text.
    /// May be repeated.
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,

    /// Lets --set add fields that the body does not have.
    #[arg(long)]
    add: bool,

    /// Removes a field of the body. May be repeated.
    #[arg(long, value_name = "FIELD")]
    remove: Vec<String>,

    /// Sends another shape of the body that Tencent is known to send; `commands --json` lists them.
    #[arg(long, value_name = "NAME", conflicts_with = "body")]
    shape: Option<String>,

    /// A file to send as the body, in place of the sample.
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,

    /// Makes one thing wrong.
    #[arg(long, value_name = "FAULT", value_enum)]
    fault: Option<Fault>,

    /// A PEM file with certificates to trust besides the system's.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// Lists all commands.
    #[arg(long, exclusive = true)]
    list: bool,
}

/// Sends it.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    if options.list {
        commands::print()?;
        return Ok(ExitCode::SUCCESS);
    }
    let (Some(command), Some(to)) = (&options.command, &options.to) else {
        return Err(Failure::usage("COMMAND and --to are needed")); // clap has checked that
    };
    // It goes into the URL as it is.
    if !sample::is_name(command) {
        return Err(Failure::usage(
            "COMMAND is not the name of a command; --list shows them",
        ));
    }
    let target = Target::parse(to).map_err(|error| Failure::Usage(format!("--to: {error}")))?;
    let client =
        Client::new(&target, options.ca.as_deref(), Connections::Reused).map_err(Failure::Usage)?;
    let secrets = options.apps.read().map_err(Failure::Usage)?;
    apps::warn_of_unsigned(&secrets);
    let (sdk_app_id, keys) = secrets
        .only(Envelope::of(command))
        .map_err(Failure::Usage)?;
    let body = body(options, command).map_err(Failure::Usage)?;
    let shot = SignedProbe {
        outgoing: Outgoing::new(sdk_app_id, command, body),
        keys,
        target: &target,
        origin: Origin::Trigger,
    };
    let request = shot.request(options.fault).map_err(Failure::other)?;

    let received = runtime()
        .map_err(Failure::other)?
        .block_on(client.send(request, TIMEOUT))
        .map_err(|error| {
            let lost = unanswered(command).sentence();
            let to = target.shown();
            Failure::other(format!("{to}: {}; {lost}", chain(error.as_ref())))
        })?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", received.status)?;
    stdout.write_all(&received.body)?;
    writeln!(stdout)?;
    writeln!(
        stdout,
        "after {} ms: {}",
        received.took.as_millis(),
        effect(command, &received).sentence()
    )?;
    Ok(match received.status {
        StatusCode::OK => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// The file or the sample, with the changes.
fn body(options: &Options, command: &str) -> Result<Bytes, String> {
    let body = match &options.body {
        Some(file) => fs::read(file)
            .map(Bytes::from)
            .map_err(|error| format!("cannot read {}: {error}", file.display()))?,
        None => sample::body(command, options.shape.as_deref())?,
    };
    let set = options.set.iter().map(|set| Change::parse_set(set));
    let remove = options
        .remove
        .iter()
        .map(|field| Ok(Change::Remove(field.clone())));
    let changes = set.chain(remove).collect::<Result<Vec<_>, String>>()?;
    sample::change(body, &changes, options.add)
}
