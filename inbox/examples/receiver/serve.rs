//! Serves until it is told to stop, then finishes.

use std::{error::Error, io::Write, path::Path, time::Duration};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use tower_tencent_webhook::serve::Server;
use tower_tencent_webhook_inbox::{Inbox, PgStore, SqliteStore, Worker, store::Admin};

use super::{
    handler::handlers,
    options::{Serve, StoreUrl},
};

/// How long connections may take to end: the deadline of a webhook, and a moment for its answer.
const CONNECTIONS: Duration = Duration::from_secs(2);
/// How long webhooks may be stored after that.
const STORING: Duration = Duration::from_secs(1);
/// How long handlers may take after that; the rest is given back.
const HANDLING: Duration = Duration::from_secs(5);

/// Opens the store and serves.
pub(crate) async fn open_and_serve(options: Serve) -> Result<(), Box<dyn Error>> {
    let mut stop = stop_signal()?;
    let url = match &options.store {
        StoreUrl::Sqlite(path) => {
            let store = SqliteStore::open(path).await.map_err(of(path))?;
            return serve(store, options, stop).await;
        }
        StoreUrl::Postgres(url) => url,
    };
    let store = tokio::select! {
        store = PgStore::connect(url) => store?,
        _ = stop.wait_for(|stop| *stop) => return Ok(()),
    };
    match &options.spill {
        None => serve(store, options, stop).await,
        Some(path) => {
            let spill = SqliteStore::open(path).await.map_err(of(path))?;
            serve(store.spill_to(spill), options, stop).await
        }
    }
}

/// Receives into `store`, and handles what is in it, until `stop` is true.
pub(crate) async fn serve(
    store: impl Admin,
    options: Serve,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Box<dyn Error>> {
    let log = options.handling.log.clone();
    let handlers = handlers(options.handling).map_err(of(&log))?;
    let webhooks = Inbox::new(store.clone(), handlers.clone()).layer(options.apps);
    let mut worker = Worker::new(store, handlers);
    if let Some(lease) = options.lease {
        worker = worker.lease(lease);
    }
    let worker = options.worker.then(|| worker.start());

    let listener = TcpListener::bind(options.listen).await?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "listening on http://{}", listener.local_addr()?)?;
    stdout.flush()?;

    let server = Server::new().shutdown_timeout(CONNECTIONS);
    let stopped = async {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let service = webhooks.clone().into_service();
    if server.serve(listener, service, stopped).await > 0 {
        tracing::warn!("a client did not finish in time");
    }
    let unstored = webhooks.drain(STORING).await;
    if unstored > 0 {
        tracing::warn!(
            unstored,
            "webhooks that are not stored, and not acknowledged"
        );
    }
    if let Some(worker) = worker {
        let left = worker.stop(HANDLING).await;
        if left > 0 {
            tracing::warn!(left, "webhooks that are left to another process");
        }
    }
    Ok(())
}

/// Becomes true on Ctrl-C or SIGTERM. Both are caught from the call on.
pub(crate) fn stop_signal() -> std::io::Result<watch::Receiver<bool>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (told, stop) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        told.send_replace(true);
    });
    Ok(stop)
}

/// Names the file that an error is about.
fn of<E: Error>(path: &Path) -> impl FnOnce(E) -> String {
    move |error| format!("{}: {}", path.display(), words(&error))
}

/// An error with its causes, each of them once: some errors name their own.
pub(crate) fn words(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let more = cause.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        next = cause.source();
    }
    words
}
