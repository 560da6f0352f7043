//! The arguments, and how each subcommand ends.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{
    CommandFactory, Parser, Subcommand,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{
    command::{check, commands, listen, replay, trigger, verify},
    terminal::{Failure, chain},
};

/// Receive, inspect, explain and resend the webhooks of Tencent Cloud Chat (IM) and TRTC.
///
/// Exit codes: 0 done, 1 the answer was not the expected one, 2 usage.
#[derive(Parser)]
#[command(name = "tencent-webhook", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Listen(listen::Options),
    Trigger(trigger::Options),
    Replay(replay::Options),
    Verify(verify::Options),
    Check(check::Options),
    Commands(commands::Options),
}

impl Command {
    fn name(&self) -> &'static str {
        match self {
            Self::Listen(_) => "listen",
            Self::Trigger(_) => "trigger",
            Self::Replay(_) => "replay",
            Self::Verify(_) => "verify",
            Self::Check(_) => "check",
            Self::Commands(_) => "commands",
        }
    }

    fn run(&self) -> Result<ExitCode, Failure> {
        match self {
            Self::Listen(options) => listen::run(options),
            Self::Trigger(options) => trigger::run(options),
            Self::Replay(options) => replay::run(options),
            Self::Verify(options) => verify::run(options),
            Self::Check(options) => check::run(options),
            Self::Commands(options) => commands::run(options),
        }
    }
}

/// Reads the arguments and does what they say.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::try_parse().unwrap_or_else(|error| refuse(&error));
    match arguments.command.run() {
        Ok(code) => code,
        Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(Failure::Usage(message)) => usage(Some(arguments.command.name()), &message),
        Err(Failure::Other(error)) => {
            // When stderr is gone, too, there is nobody else to tell.
            let _ = writeln!(io::stderr(), "error: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// Ends the process as clap does, but without quoting a value, which may be a token in the wrong
/// place.
fn refuse(error: &clap::Error) -> ! {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        _ => None,
    };
    let subcommand = std::env::args().nth(1).and_then(|first| {
        let command = Arguments::command();
        let name = command.find_subcommand(first)?.get_name().to_owned();
        Some(name)
    });
    let message = match error.kind() {
        ErrorKind::UnknownArgument | ErrorKind::TooManyValues => {
            match context(ContextKind::SuggestedArg) {
                Some(known) => format!("unexpected argument; did you mean {known}?"),
                None => "unexpected argument".to_owned(),
            }
        }
        ErrorKind::InvalidSubcommand => match context(ContextKind::SuggestedSubcommand) {
            Some(known) => format!("unknown subcommand; did you mean {known}?"),
            None => "unknown subcommand".to_owned(),
        },
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let argument = context(ContextKind::InvalidArg).unwrap_or_default();
            match context(ContextKind::ValidValue) {
                Some(values) => format!("invalid value for {argument}; it takes {values}"),
                None => format!("invalid value for {argument}"),
            }
        }
        // These quote only names of arguments.
        _ => error.exit(),
    };
    usage(subcommand.as_deref(), &message)
}

/// Ends the process with the message, the usage of the subcommand and code 2.
fn usage(subcommand: Option<&str>, message: &str) -> ! {
    let mut command = Arguments::command();
    command.build();
    let command = match subcommand {
        Some(name) if command.find_subcommand(name).is_some() => command
            .find_subcommand_mut(name)
            .unwrap_or_else(|| unreachable!()),
        _ => &mut command,
    };
    command.error(ErrorKind::ValueValidation, message).exit()
}
