//! `tencent-webhook`: receive, inspect, explain and resend the webhooks of Tencent Cloud Chat (IM)
//! and TRTC.
//!
//! One module per subcommand; what they share is the model of one request ([`exchange`]), the two
//! webhooks that are sent ([`outgoing`]) and the [`secrets`].

mod advice;
mod apps;
mod args;
mod check;
mod client;
mod clock;
mod commands;
mod connections;
mod effect;
mod envelope;
mod exchange;
mod failure;
mod head;
mod hub;
mod line;
mod listen;
mod ndjson;
mod origin;
mod outbox;
mod outgoing;
mod page;
mod query;
mod receive;
mod recording;
mod report;
mod row;
mod rules;
mod sample;
mod secrets;
mod send;
mod span;
mod stop;
mod store;
mod table;
mod target;
mod typed;
mod verify;

use std::process::ExitCode;

fn main() -> ExitCode {
    args::run()
}
