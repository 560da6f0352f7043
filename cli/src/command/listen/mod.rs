//! `listen`: receives the webhooks of both envelopes, prints them, and serves the page.

mod demo;
mod options;
mod serve;

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use tower_tencent_webhook::{App, Apps, ConfigError, WebhookLayer};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

pub(crate) use self::options::Options;
use self::{demo::Demo, serve::Serve};
use crate::{
    output::{Hub, line::Lines, ndjson::Ndjson, outbox::Outbox, recording::Recorder, store::Store},
    receive::{Forward, Receiver, Responder},
    rules::Rules,
    secrets::{Keys, Secret, Secrets},
    send::{
        client::{Client, Connections},
        target::Target,
    },
    stop::Stop,
    terminal::Failure,
};

/// How long writing may take at the end.
const WRITING_GRACE: Duration = Duration::from_millis(500);
/// How long an app behind `--forward-to` may take: as long as Tencent waits.
const FORWARD_DEADLINE: Duration = Duration::from_secs(2);
/// The same for TRTC's events, a little less than TRTC waits.
const FORWARD_EVENT_DEADLINE: Duration = Duration::from_millis(4500);

/// Listens until Ctrl-C or SIGTERM.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    log_to_stderr();
    let mut secrets = options.apps.read().map_err(Failure::Usage)?;
    let demo = match options.demo {
        true => Some(Demo::beside(&secrets).map_err(Failure::other)?),
        false => None,
    };
    if let Some(demo) = &demo {
        let (id, keys) = demo.app();
        secrets.insert(id, keys);
    }
    if secrets.is_empty() {
        return Err(Failure::usage(
            "there is no app: give --app ID:TOKEN, set TENCENT_WEBHOOK_APPS, or try --demo",
        ));
    }
    for (id, _) in secrets.iter().filter(|(_, keys)| keys.unsigned) {
        tracing::warn!(
            "app {id} has no token: anybody who knows the URL can send events in its name"
        );
    }
    let apps = apps(&secrets).map_err(|error| Failure::usage(error.to_string()))?;
    let forward = match &options.forward_to {
        Some(url) => {
            let target = Target::parse(url)
                .map_err(|error| Failure::Usage(format!("--forward-to: {error}")))?;
            let client = Client::new(&target, options.ca.as_deref(), Connections::Reused)
                .map_err(Failure::Usage)?;
            Some(Forward::new(target, client, secrets.clone()))
        }
        None => None,
    };
    let recorder = match &options.record {
        Some(path) => Some(Recorder::open(path).map_err(|error| {
            Failure::Usage(format!(
                "--record: cannot write {}: {error}",
                path.display()
            ))
        })?),
        None => None,
    };

    let runtime = tokio::runtime::Runtime::new().map_err(Failure::other)?;
    let served = runtime.block_on(async {
        let stop = Stop::on_signal().map_err(Failure::other)?;
        let mut outboxes = Vec::new();
        if options.json || options.json_all || !io::stdout().is_terminal() {
            let ndjson = Ndjson::new(options.json_all);
            outboxes.push(Outbox::new("stdout", ndjson, stop.clone()));
            outboxes.push(Outbox::new("stderr", Lines::Problems, stop.clone()));
        } else {
            outboxes.push(Outbox::new("stdout", Lines::All, stop.clone()));
        }
        if let Some(recorder) = recorder {
            outboxes.push(Outbox::new("the recording", recorder, stop.clone()));
        }
        let hub = Arc::new(Hub::new(Store::new(options.keep), outboxes));
        let rules = Arc::new(Rules::default());
        let forwards = forward.is_some();
        let responder = Responder::new(Arc::clone(&rules), forward);
        let mut layer = WebhookLayer::new(apps, responder);
        if forwards {
            layer = layer
                .deadline(FORWARD_DEADLINE)
                .event_deadline(FORWARD_EVENT_DEADLINE);
        }
        let receiver = Receiver::new(layer.clone(), Arc::clone(&hub));
        let serve = Serve {
            receiver,
            secrets,
            rules,
            hub: Arc::clone(&hub),
            demo,
            stop,
        };
        let served = serve.run(options).await;
        let left = layer.drain(Duration::ZERO).await;
        if left > 0 {
            tracing::warn!(left, "not every webhook was finished");
        }
        served.map(|()| hub)
    });
    // A thread that hangs, because nobody reads stdout, is not waited for.
    runtime.shutdown_background();
    let hub = served?;
    hub.close(WRITING_GRACE);
    Ok(ExitCode::SUCCESS)
}

/// Logs what the tool itself has to say; what becomes of webhooks is printed, not logged.
fn log_to_stderr() {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .without_time()
        .log_internal_errors(false); // a reader of stderr that is gone is no reason to panic
    let own = Targets::new().with_target("tencent_webhook", LevelFilter::INFO);
    tracing_subscriber::registry()
        .with(lines.with_filter(own))
        .init();
}

/// The apps for the layer. Each takes part in a protocol only by its own secret for it.
fn apps(secrets: &Secrets) -> Result<Apps, ConfigError> {
    let app = |(id, keys): (u64, &Keys)| {
        let mut tokens = keys.tokens.iter().map(Secret::expose);
        let mut event_keys = keys.event_keys.iter().map(Secret::expose);
        let mut app = match tokens.next() {
            Some(token) => App::signed(id, token)?,
            None if keys.unsigned => App::insecure_unsigned(id),
            None => App::events_only(id, event_keys.next().unwrap_or_default())?,
        };
        for token in tokens {
            app = app.also_accept(token)?;
        }
        for key in event_keys {
            app = app.event_key(key)?;
        }
        Ok(app)
    };
    Apps::new(secrets.iter().map(app).collect::<Result<Vec<_>, _>>()?)
}
