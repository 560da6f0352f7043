//! The options of the command line.

use std::{net::SocketAddr, num::NonZeroU64, path::PathBuf, str::FromStr, time::Duration};

use clap::Parser;
use sqlx::postgres::PgConnectOptions;
use tower_tencent_webhook::{App, Apps};

/// Stores Tencent's webhooks before they are acknowledged, and handles them afterwards.
#[derive(Debug, Parser)]
#[command(name = "receiver")]
pub(crate) struct Options {
    /// The address to listen on; port 0 takes a free one, which is printed.
    #[arg(long, value_name = "ADDR", required_unless_present = "demo")]
    listen: Option<SocketAddr>,

    /// An app and its token. May be given more than once.
    // It is read later, as the URLs are: clap shows what it cannot read.
    #[arg(long, value_name = "ID:TOKEN", required_unless_present = "demo")]
    app: Vec<String>,

    /// Where webhooks are stored: `sqlite:PATH` or `postgres://..`.
    #[arg(long, value_name = "URL", required_unless_present = "demo")]
    store: Option<String>,

    /// The file that gets one line of JSON for each webhook that is handled.
    #[arg(long, value_name = "FILE", required_unless_present = "demo")]
    log: Option<PathBuf>,

    /// How long the handler takes, in ms.
    #[arg(long, value_name = "N", default_value_t = 0)]
    handle_ms: u64,

    /// Fails the first attempt of every Nth webhook.
    #[arg(long, value_name = "N")]
    fail_every: Option<NonZeroU64>,

    /// Where webhooks go while PostgreSQL does not answer: `sqlite:PATH`.
    #[arg(long, value_name = "URL")]
    spill: Option<String>,

    /// Only receives: another process handles.
    #[arg(long)]
    no_worker: bool,

    /// Shows what the inbox is for, in files of its own.
    #[arg(long, exclusive = true)]
    demo: bool,
}

/// What the options ask for.
#[derive(Debug)]
pub(crate) enum Command {
    /// To show what the inbox is for.
    Demo,
    /// To receive.
    Serve(Serve),
}

/// How to receive.
#[derive(Debug)]
pub(crate) struct Serve {
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// The apps.
    pub(crate) apps: Apps,
    /// Where webhooks are stored.
    pub(crate) store: StoreUrl,
    /// Where they are stored while that does not answer.
    pub(crate) spill: Option<PathBuf>,
    /// Whether this process handles them, too.
    pub(crate) worker: bool,
    /// How long they are in hand before another process may take them, if not the usual time.
    pub(crate) lease: Option<Duration>,
    /// How it handles them.
    pub(crate) handling: Handling,
}

/// How webhooks are handled.
#[derive(Debug, Clone)]
pub(crate) struct Handling {
    /// The file that gets a line for each.
    pub(crate) log: PathBuf,
    /// How long that takes.
    pub(crate) time: Duration,
    /// Fails the first attempt of every Nth.
    pub(crate) fail_every: Option<NonZeroU64>,
}

/// The URL of a store.
#[derive(Debug, Clone)]
pub(crate) enum StoreUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(String),
}

impl FromStr for StoreUrl {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if let Some(path) = url.strip_prefix("sqlite:")
            && !path.is_empty()
        {
            return Ok(Self::Sqlite(path.into()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let readable = url.parse::<PgConnectOptions>();
            readable.map_err(|_| "the URL of PostgreSQL cannot be read")?;
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err("give `sqlite:PATH` or `postgres://..`")
    }
}

impl Options {
    /// What is asked for. A mistake ends the process with code 2, and does not show what was given.
    pub(crate) fn command(self) -> Command {
        let (Some(listen), Some(store), Some(log)) = (self.listen, self.store, self.log) else {
            return Command::Demo; // clap has asked for them otherwise
        };
        let apps: Result<Vec<App>, _> = self.app.iter().map(|app| app.parse()).collect();
        let apps = apps.and_then(Apps::new);
        let apps = apps.unwrap_or_else(|error| usage(&format!("`--app`: {error}")));
        let read = |option: &str, url: &str| {
            let read = url.parse::<StoreUrl>();
            read.unwrap_or_else(|error| usage(&format!("`{option}`: {error}")))
        };
        let store = read("--store", &store);
        let spill = self.spill.map(|url| read("--spill", &url));
        let spill = match (spill, &store) {
            (None, _) => None,
            (Some(StoreUrl::Sqlite(path)), StoreUrl::Postgres(_)) => Some(path),
            _ => usage("`--spill` takes `sqlite:PATH`, and needs a store on PostgreSQL"),
        };
        Command::Serve(Serve {
            listen,
            apps,
            store,
            spill,
            worker: !self.no_worker,
            lease: None,
            handling: Handling {
                log,
                time: Duration::from_millis(self.handle_ms),
                fail_every: self.fail_every,
            },
        })
    }
}

/// Ends the process as clap does.
fn usage(message: &str) -> ! {
    <Options as clap::CommandFactory>::command()
        .error(clap::error::ErrorKind::ArgumentConflict, message)
        .exit()
}
