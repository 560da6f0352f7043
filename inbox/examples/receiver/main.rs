//! Receives webhooks that must not be lost: each is stored before it is acknowledged, and handled
//! afterwards, by this process or by a replica.
//!
//! ```sh
//! cargo run -p tower-tencent-webhook-inbox --example receiver -- --demo
//! ```
//!
//! shows it: it sends, kills the receiver in the middle of its work, starts it again, and counts.
//! By hand, on one machine and on several:
//!
//! ```sh
//! receiver --listen 127.0.0.1:3000 --app 1400000000:token --store sqlite:inbox.db --log handled.ndjson
//! receiver --listen 127.0.0.1:3000 --app 1400000000:token --store postgres://app@db/app \
//!     --spill sqlite:spill.db --log handled.ndjson
//! ```
//!
//! For every webhook that is handled, one line of JSON goes to the log, in one write, before it is
//! settled: replicas may share the file. SIGTERM ends the process within 12 seconds, with code 0;
//! what is in hand by then goes to the next one. A mistake in the options ends it with code 2, a
//! store that cannot be opened with code 1, also if there is a spill: only a store that was there at the
//! start can be done without.

mod client;
mod demo;
mod handler;
mod options;
mod serve;

use std::{error::Error, io, process::ExitCode};

use clap::Parser;
use tokio::runtime::Runtime;

use self::options::{Command, Options};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(tracing::Level::WARN)
        .init();
    let command = Options::parse().command();
    let done = Runtime::new().map_err(Into::into).and_then(|runtime| {
        let done = runtime.block_on(run(command));
        // A handler that hangs in a system call is left behind: nobody waits for it.
        runtime.shutdown_background();
        done
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{}", serve::words(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Demo => demo::run().await,
        Command::Serve(options) => serve::open_and_serve(options).await,
    }
}
