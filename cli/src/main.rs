//! `tencent-webhook`: receive, see, understand and send again the webhooks of Tencent Cloud Chat (IM)
//! and TRTC.
//!
//! One module per subcommand; what they share is the model of one request ([`exchange`]), the two
//! protocols as they are sent ([`envelope`]) and the [`secrets`].

mod advice;
mod args;
mod check;
mod client;
mod commands;
mod effect;
mod envelope;
mod exchange;
mod failure;
mod head;
mod hub;
mod line;
mod listen;
mod ndjson;
mod outbox;
mod page;
mod recording;
mod report;
mod rules;
mod sample;
mod secrets;
mod send;
mod stop;
mod store;
mod typed;
mod verify;

use std::process::ExitCode;

fn main() -> ExitCode {
    args::run()
}
