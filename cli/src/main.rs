//! `tencent-webhook`: receive, inspect, explain and resend the webhooks of Tencent Cloud Chat (IM)
//! and TRTC.
//!
//! One module per subcommand in [`command`]; what they share is the model of one request
//! ([`exchange`]), the webhooks that are sent ([`send`]) and the [`secrets`].

mod apps;
mod args;
mod command;
mod exchange;
mod output;
mod page;
mod protocol;
mod receive;
mod rules;
mod secrets;
mod send;
mod stop;
mod terminal;
mod time;

use std::process::ExitCode;

fn main() -> ExitCode {
    args::run()
}
