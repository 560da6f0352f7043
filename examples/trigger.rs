//! Sends a sample of a webhook, as Tencent would, and prints the reply.
//!
//! ```sh
//! cargo run --example trigger -- --list
//! cargo run --example trigger -- Group.CallbackAfterSendMsg \
//!     --to http://127.0.0.1:3000/im --app 1400000000:secret --set From_Account=mei
//! ```
//!
//! It works against every other example here. What it sends is this, with a longer body:
//!
//! ```sh
//! NOW=$(date +%s) && SIGN=$(printf %s "secret$NOW" | sha256sum | cut -d' ' -f1)
//! curl -i "http://127.0.0.1:3000/im?SdkAppid=1400000000&CallbackCommand=Group.CallbackAfterSendMsg&contenttype=json&ClientIP=127.0.0.1&OptPlatform=RESTAPI&Sign=$SIGN&RequestTime=$NOW" \
//!     -d '{"GroupId":"@TGS#1","Type":"Live","From_Account":"mei","MsgBody":[]}'
//! ```

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::{CommandFactory, Parser, error::ErrorKind};
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, Uri, body::Bytes, header};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::value::{RawValue, to_raw_value};
use tower::BoxError;
use tower_tencent_webhook::{
    App, Phase,
    event::COMMANDS,
    testing::{WebhookRequest, sample_body},
};

/// How long to wait for the whole reply. Tencent itself waits for two seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends a sample of a webhook of Tencent Cloud Chat, and prints the reply.
///
/// Ends with 0 if the reply has the status 200, with 1 if not, with 2 if it was not asked rightly.
#[derive(Parser)]
#[command(name = "trigger")]
struct Options {
    /// What to send, such as Group.CallbackAfterSendMsg.
    #[arg(required_unless_present = "list")]
    command: Option<String>,

    /// Where to send it, as set in the console; http only.
    #[arg(long, value_name = "URL", required_unless_present = "list")]
    to: Option<String>,

    /// The app in whose name, and the token to sign with. Without a token it is not signed.
    #[arg(long, value_name = "ID[:TOKEN]", required_unless_present = "list")]
    app: Option<String>,

    /// Sets a field of the body: to JSON if the value is JSON, else to a text. May be repeated.
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,

    /// A file to send as the body, in place of the sample.
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,

    /// Lists all commands.
    #[arg(long, exclusive = true)]
    list: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::try_parse().unwrap_or_else(|error| match error.kind() {
        // clap would quote the argument, which may be a token at the wrong place.
        ErrorKind::UnknownArgument | ErrorKind::TooManyValues => usage("unexpected argument"),
        _ => error.exit(),
    });
    let done = if options.list {
        list().map(|()| ExitCode::SUCCESS)
    } else {
        let request = request(&options).unwrap_or_else(|error| usage(error));
        send(request).await
    };
    done.unwrap_or_else(|error| {
        let mut message = format!("error: {error}");
        let mut source = error.source();
        while let Some(error) = source {
            message += &format!(": {error}"); // hyper tells the cause, such as a refused connection
            source = error.source();
        }
        // When stderr is gone, too, there is nobody else to tell.
        let _ = writeln!(io::stderr(), "{message}");
        ExitCode::FAILURE
    })
}

/// Ends the process with the message, the usage and code 2.
fn usage(message: impl std::fmt::Display) -> ! {
    Options::command()
        .error(ErrorKind::ValueValidation, message)
        .exit()
}

/// Prints all commands.
fn list() -> Result<(), BoxError> {
    let mut stdout = io::stdout().lock();
    for row in COMMANDS {
        let phase = match row.phase() {
            Phase::Before => "before",
            _ => "after",
        };
        writeln!(stdout, "{:<45} {phase:<6}  {}", row.command, row.summary)?;
    }
    Ok(())
}

/// The request that the options ask for.
fn request(options: &Options) -> Result<Request<Full<Bytes>>, BoxError> {
    let Options {
        command: Some(command),
        to: Some(to),
        app: Some(app),
        set,
        body,
        ..
    } = options
    else {
        return Err("COMMAND, --to and --app are needed".into()); // clap has checked that
    };
    // It goes into the URL as it is.
    if !command
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    {
        return Err("COMMAND is not the name of a command; --list shows them".into());
    }
    let webhook = sign(app, command)?;
    let body = set_fields(read_body(command, body.as_ref())?, set)?;
    let request = Request::post(target(to, &webhook)?)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::from(body))?;
    Ok(request)
}

/// The head of the webhook, signed if `app` is `ID:TOKEN` and not `ID`. No error quotes the text.
fn sign(app: &str, command: &str) -> Result<WebhookRequest, BoxError> {
    let (id, token) = match app.split_once(':') {
        Some((id, token)) => (id, Some(token)),
        None => (app, None),
    };
    let id: u64 = Some(id)
        .filter(|id| id.bytes().all(|byte| byte.is_ascii_digit())) // `parse` takes a plus, too
        .and_then(|id| id.parse().ok())
        .ok_or("--app is ID:TOKEN or ID, where ID is a number")?;
    let webhook = WebhookRequest::new(id, command);
    match token {
        Some("") => Err("--app has an empty token; leave the colon out to go without".into()),
        Some(token) => {
            App::signed(id, token)?; // refuses a token that no receiver would take
            Ok(webhook.signed(token))
        }
        None => Ok(webhook),
    }
}

/// The URL `to` with the parameters of the webhook.
fn target(to: &str, webhook: &WebhookRequest) -> Result<Uri, BoxError> {
    let uri: Uri = to
        .parse()
        .map_err(|error| format!("--to is no URL: {error}"))?;
    match uri.scheme_str() {
        Some("http") => {}
        Some("https") => return Err("--to takes http:// alone; https is not built in".into()),
        _ => return Err("--to is a whole URL, such as http://127.0.0.1:3000/im".into()),
    }
    let webhook = webhook.path_and_query();
    let (_, parameters) = webhook.split_once('?').unwrap_or_default();
    let path_and_query = match uri.query() {
        Some(own) => format!("{}?{own}&{parameters}", uri.path()),
        None => format!("{}?{parameters}", uri.path()),
    };
    let mut parts = uri.into_parts();
    parts.path_and_query = Some(path_and_query.parse()?);
    Ok(Uri::from_parts(parts)?)
}

/// The content of the file, or the sample.
fn read_body(command: &str, file: Option<&PathBuf>) -> Result<Vec<u8>, BoxError> {
    match file {
        Some(file) => std::fs::read(file)
            .map_err(|error| format!("cannot read {}: {error}", file.display()).into()),
        None => sample_body(command)
            .map(|sample| sample.as_bytes().to_vec())
            .ok_or_else(|| format!("there is no sample of {command}; give it a --body").into()),
    }
}

/// The body with top-level fields replaced or added. What is not set stays byte for byte.
fn set_fields(body: Vec<u8>, set: &[String]) -> Result<Vec<u8>, BoxError> {
    if set.is_empty() {
        return Ok(body); // any bytes at all may be sent
    }
    let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(&body)
        .map_err(|error| format!("--set needs a body that is a JSON object: {error}"))?;
    for set in set {
        let (field, value) = set
            .split_once('=')
            .filter(|(field, _)| !field.is_empty())
            .ok_or("--set is FIELD=VALUE")?;
        let value = match serde_json::from_str(value) {
            Ok(json) => json,
            Err(_) => to_raw_value(value)?,
        };
        fields.insert(field.to_owned(), value);
    }
    Ok(serde_json::to_vec(&fields)?)
}

/// Sends the request and prints the status and the body of the reply.
async fn send(request: Request<Full<Bytes>>) -> Result<ExitCode, BoxError> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let exchange = async {
        let reply = client.request(request).await?;
        let status = reply.status();
        let body = reply.into_body().collect().await?.to_bytes();
        Ok::<_, BoxError>((status, body))
    };
    let (status, body) = tokio::time::timeout(PATIENCE, exchange)
        .await
        .map_err(|_| "no reply in time")??;

    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{status}")?;
    stdout.write_all(&body)?;
    writeln!(stdout)?;
    Ok(if status == StatusCode::OK {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
