//! Prints every webhook that arrives: one line of JSON each on stdout, logs on stderr.
//!
//! ```sh
//! cargo run --example inspector -- --app 1400000000:secret --listen 0.0.0.0:3000
//! cargo run --example inspector -- --demo # sends itself a sample of every event
//! ```
//!
//! Apps come from `--app`, or from the environment variable `TENCENT_WEBHOOK_APPS`, which keeps
//! tokens out of the list of processes. The example `trigger` sends samples to it, and so does
//! curl:
//!
//! ```sh
//! NOW=$(date +%s) && SIGN=$(printf %s "secret$NOW" | sha256sum | cut -d' ' -f1)
//! curl "http://127.0.0.1:3000/?SdkAppid=1400000000&CallbackCommand=Group.CallbackAfterSendMsg&Sign=$SIGN&RequestTime=$NOW" \
//!     -d '{"GroupId":"@TGS#1","Type":"Live","From_Account":"mei","MsgBody":[]}'
//! ```
//!
//! A line has `command`, `sdk_app_id`, `client_ip`, `platform`, `kind` (`event`, `unknown` or
//! `undecodable`), `event` (the typed event, or the JSON as it came) and `reason` (why it is
//! undecodable). Where the body is no JSON, `event` is null and `raw` has the text.

use std::{
    borrow::Cow,
    env::{self, VarError},
    hash::{BuildHasher, RandomState},
    io::{self, IsTerminal, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    routing::get,
};
use clap::{CommandFactory, Parser, error::ErrorKind};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use tokio::{net::TcpListener, sync::watch};
use tower::{BoxError, Layer, service_fn};
use tower_tencent_webhook::{
    App, Apps, Delivery, End, Failure, FailureAnswer, Outcome, Platform, WebhookLayer,
    event::{COMMANDS, Event},
    reply::Reply,
    testing::{WebhookRequest, sample_body},
};

/// How long clients, and what is still to be printed, may take to finish after a signal to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Prints every webhook of Tencent Cloud Chat that arrives, as one line of JSON.
#[derive(Parser)]
#[command(name = "inspector")]
struct Options {
    /// An app whose webhooks are accepted, with the token set in the console. Without a token its
    /// webhooks are not checked. May be repeated. If there is none, apps come from the environment
    /// variable TENCENT_WEBHOOK_APPS, separated by commas.
    #[arg(long = "app", value_name = "ID[:TOKEN]")]
    apps: Vec<String>,

    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    listen: String,

    /// Adds an app of its own and sends itself a signed sample of every event.
    #[arg(long)]
    demo: bool,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .log_internal_errors(false) // a reader of stderr that has left is no reason to panic
        .init();

    let options = Options::try_parse().unwrap_or_else(|error| match error.kind() {
        // clap would quote the argument, which may be a token at the wrong place.
        ErrorKind::UnknownArgument | ErrorKind::TooManyValues => usage("unexpected argument"),
        _ => error.exit(),
    });
    let (apps, demo) = configure(&options).unwrap_or_else(|error| usage(error));

    match run(&options.listen, apps, demo) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "cannot go on");
            ExitCode::FAILURE
        }
    }
}

fn run(listen: &str, apps: Apps, demo: Option<Demo>) -> Result<(), BoxError> {
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(serve(listen, apps, demo));
    // A thread that hangs in a write to stdout, because nobody reads it, is not waited for.
    runtime.shutdown_background();
    served
}

/// Ends the process with the message, the usage and code 2.
fn usage(message: impl std::fmt::Display) -> ! {
    Options::command()
        .error(ErrorKind::ValueValidation, message)
        .exit()
}

/// All apps that are accepted, and the one of the demo.
fn configure(options: &Options) -> Result<(Apps, Option<Demo>), BoxError> {
    let mut apps = read_apps(options)?;
    let demo = options.demo.then(|| Demo::beside(&apps));
    if let Some(demo) = &demo {
        apps.push(App::signed(demo.sdk_app_id, &*demo.token)?);
    }
    Ok((Apps::new(apps)?, demo))
}

/// The apps of the options, or of the environment.
fn read_apps(options: &Options) -> Result<Vec<App>, BoxError> {
    let mut apps = options.apps.clone();
    if apps.is_empty() {
        match env::var("TENCENT_WEBHOOK_APPS") {
            Ok(list) if list.is_empty() => {}
            Ok(list) => apps.extend(list.split(',').map(str::to_owned)),
            Err(VarError::NotPresent) => {}
            Err(VarError::NotUnicode(_)) => return Err("TENCENT_WEBHOOK_APPS is not UTF-8".into()),
        }
    }
    apps.iter().map(|app| read_app(app)).collect()
}

/// Reads `ID:TOKEN`, or `ID` for an app that is not checked. No error quotes the text.
fn read_app(text: &str) -> Result<App, BoxError> {
    let (id, token) = match text.split_once(':') {
        Some((id, token)) => (id, Some(token)),
        None => (text, None),
    };
    let id: u64 = Some(id)
        .filter(|id| id.bytes().all(|byte| byte.is_ascii_digit())) // `parse` takes a plus, too
        .and_then(|id| id.parse().ok())
        .ok_or("an app is ID:TOKEN or ID, where ID is a number")?;
    match token {
        Some("") => {
            Err(format!("app {id} has an empty token; leave the colon out to go without").into())
        }
        Some(token) => Ok(App::signed(id, token).map_err(|error| format!("app {id}: {error}"))?),
        None => {
            tracing::warn!(
                "app {id} has no token: anybody who knows the URL can send events in its name"
            );
            Ok(App::insecure_unsigned(id))
        }
    }
}

/// Serves until a signal to stop.
async fn serve(listen: &str, apps: Apps, demo: Option<Demo>) -> Result<(), BoxError> {
    let mut stop = stop_signal()?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let address = listener.local_addr()?;
    tracing::info!("listening on http://{address}");
    if let Some(demo) = demo {
        tokio::spawn(demo.run(address));
    }

    // At every path; the app has a health page of its own.
    let webhooks = WebhookLayer::new(apps, service_fn(print))
        .on_failure(log_failure)
        .on_outcome(log_outcome);
    let app = Router::new().route("/healthz", get(async || "ok"));
    // The layer goes around the finished router; the outer one only gives it axum's body type.
    let app = Router::new().fallback_service(webhooks.clone().layer(app));

    let mut stopped = stop.clone();
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        // An error means that nobody can send the signal any more.
        let _ = stopped.wait_for(|stop| *stop).await;
    });
    let finished = async {
        server.await?;
        // What was acknowledged before it was printed.
        Ok::<_, io::Error>(webhooks.drain(GRACE).await)
    };
    let out_of_patience = async {
        let _ = stop.wait_for(|stop| *stop).await;
        tokio::time::sleep(GRACE).await;
    };
    let left = tokio::select! {
        finished = finished => finished?,
        () = out_of_patience => {
            tracing::warn!("a client did not finish in time");
            webhooks.drain(Duration::ZERO).await
        }
    };
    if left > 0 {
        tracing::warn!(left, "not everything was printed");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Becomes true on Ctrl-C or SIGTERM. Both are caught from here on.
fn stop_signal() -> io::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    #[cfg(unix)]
    let stop = {
        use tokio::signal::unix::{SignalKind, signal};

        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
    };
    #[cfg(not(unix))]
    let stop = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    };
    tokio::spawn(async move {
        stop.await;
        let _ = sender.send(true);
    });
    Ok(receiver)
}

/// Prints a delivery, then answers it: with an acknowledgement, which lets the action of a
/// before-webhook pass, or as a failure if it could not be decoded.
async fn print(delivery: Delivery<Event>) -> Result<Reply, BoxError> {
    let line = line(&delivery)?;
    // Writing blocks while the reader of a pipe is slow. That must not stop the server.
    tokio::task::spawn_blocking(move || io::stdout().lock().write_all(&line)).await??;
    match delivery.event {
        Event::Undecodable(undecodable) => Err(undecodable.error.into()),
        _ => Ok(Reply::Pass),
    }
}

#[derive(Serialize)]
struct Line<'a> {
    command: &'a str,
    sdk_app_id: u64,
    client_ip: Option<IpAddr>,
    platform: Option<&'a Platform>,
    kind: &'static str,
    event: Option<Cow<'a, RawValue>>,
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<Cow<'a, str>>,
}

/// A delivery as one line of JSON, with the line break.
fn line(delivery: &Delivery<Event>) -> Result<Vec<u8>, serde_json::Error> {
    let body = delivery.body();
    let json: Option<&RawValue> = serde_json::from_slice(body).ok();
    let (kind, event, reason) = match &delivery.event {
        Event::Unknown => ("unknown", json.map(Cow::Borrowed), None),
        Event::Undecodable(undecodable) => {
            let reason = undecodable.error.to_string();
            ("undecodable", json.map(Cow::Borrowed), Some(reason))
        }
        event => ("event", Some(Cow::Owned(to_raw_value(event)?)), None),
    };
    let line = Line {
        command: delivery.command(),
        sdk_app_id: delivery.sdk_app_id(),
        client_ip: delivery.client_ip(),
        platform: delivery.platform(),
        kind,
        raw: event.is_none().then(|| String::from_utf8_lossy(body)),
        event,
        reason,
    };
    let mut line = serde_json::to_vec(&line)?;
    // JSON has no line breaks inside strings, so all of them are white space between tokens.
    for byte in &mut line {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    line.push(b'\n');
    Ok(line)
}

fn log_failure(failure: &Failure<'_>) -> FailureAnswer {
    tracing::error!(
        command = failure.command(),
        sdk_app_id = failure.sdk_app_id(),
        kind = ?failure.kind(),
        error = failure.error(),
        "failed"
    );
    FailureAnswer::HttpError
}

fn log_outcome(outcome: &Outcome) {
    match outcome.end {
        End::Rejected(cause) => tracing::warn!(
            command = outcome.command,
            sdk_app_id = outcome.sdk_app_id,
            %cause,
            "refused"
        ),
        end => tracing::debug!(command = outcome.command, ?end, "done"),
    }
}

/// An app that nobody else knows, and the samples that are sent in its name.
struct Demo {
    sdk_app_id: u64,
    token: String,
}

impl Demo {
    /// One with an id that `apps` do not have, and a token that nobody can guess.
    fn beside(apps: &[App]) -> Self {
        let taken = |id: &u64| apps.iter().any(|app| app.sdk_app_id() == *id);
        let random = RandomState::new();
        Self {
            sdk_app_id: (1_400_000_000..).find(|id| !taken(id)).unwrap_or_default(),
            token: format!("{:x}{:x}", random.hash_one(0), random.hash_one(1)),
        }
    }

    /// Sends a sample of every event to the server at `address`.
    async fn run(self, mut address: SocketAddr) {
        // "All addresses" is nothing to connect to.
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
        for row in COMMANDS {
            match self.send(&client, address, row.command).await {
                Ok(StatusCode::OK) => {}
                Ok(status) => tracing::warn!(command = row.command, %status, "not acknowledged"),
                Err(error) => tracing::warn!(command = row.command, %error, "not sent"),
            }
        }
        tracing::info!("{} samples sent, still serving", COMMANDS.len());
    }

    async fn send(
        &self,
        client: &Client<HttpConnector, Body>,
        address: SocketAddr,
        command: &str,
    ) -> Result<StatusCode, BoxError> {
        let webhook = WebhookRequest::new(self.sdk_app_id, command).signed(&self.token);
        let request = Request::post(format!("http://{address}{}", webhook.path_and_query()))
            .body(Body::from(sample_body(command).unwrap_or_default()))?;
        Ok(client.request(request).await?.status())
    }
}
