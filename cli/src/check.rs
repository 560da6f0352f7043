//! `check`: probes a receiver, in any language, for what Tencent does to it and strangers try.

use std::{path::PathBuf, process::ExitCode};

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use serde_json::Value;
use tower::BoxError;

use crate::{
    client::{Client, Connections, NoAnswer, Received, SendBody},
    effect::Effect,
    envelope::{Envelope, Outgoing, Target},
    exchange::Origin,
    failure::{Failure, chain},
    report::{Finding, Report},
    sample,
    secrets::{self, Keys},
    send::{Fault, PATIENCE, Shot, effect, print, runtime},
};

/// A command that no release knows.
const UNKNOWN: &str = "Cake.CallbackAfterBake";

/// Probes any receiver of webhooks, and tells what Tencent would do with its answers.
///
/// It sends a real event, signed with your token: the receiver will believe it. Ends with 0 if
/// nothing is bad, with 1 if something is, with 2 on a usage error.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The receiver, as set in the console.
    #[arg(long, value_name = "URL")]
    to: String,

    #[command(flatten)]
    secrets: secrets::Given,

    /// The event that is sent, such as TRTC.101 for the other envelope.
    #[arg(long, value_name = "COMMAND", default_value = "State.StateChange")]
    command: String,

    /// A PEM file with certificates to trust besides the system's.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// Probes it.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let target =
        Target::parse(&options.to).map_err(|error| Failure::Usage(format!("--to: {error}")))?;
    let client = Client::new(&target, options.ca.as_deref(), Connections::OneEach)
        .map_err(Failure::Usage)?;
    let secrets = options.secrets.read().map_err(Failure::Usage)?;
    let (sdk_app_id, keys) = secrets
        .only(Envelope::of(&options.command))
        .map_err(Failure::Usage)?;
    let body = sample::body(&options.command, None)
        .map_err(|error| Failure::Usage(format!("--command: {error}")))?;
    let check = Check {
        outgoing: Outgoing::new(sdk_app_id, &options.command, body),
        command: &options.command,
        keys,
        target: &target,
        client: &client,
    };
    print(&format!(
        "sends a real event, {}, of app {sdk_app_id}",
        options.command
    ))?;
    runtime().map_err(Failure::other)?.block_on(check.run())
}

/// What came back, or why nothing did.
type Answered = Result<Received, BoxError>;

struct Check<'a> {
    outgoing: Outgoing,
    command: &'a str,
    keys: &'a Keys,
    target: &'a Target,
    client: &'a Client,
}

impl Check<'_> {
    async fn run(self) -> Result<ExitCode, Failure> {
        let mut report = Report::default();
        let good = self.send(None).await;
        report.add("good", self.is_accepted(self.command, &good))?;
        for (name, fault) in [
            ("wrong-token", Fault::WrongToken),
            ("missing-sign", Fault::MissingSign),
            ("stale", Fault::Stale),
            ("future", Fault::Future),
            ("unknown-app", Fault::UnknownApp),
            ("repeated-parameter", Fault::RepeatedParameter),
            ("gzip", Fault::Gzip),
            ("bad-json", Fault::BadJson),
        ] {
            let found = match self.skips(fault) {
                Some(why) => Err(Finding::skipped(why)),
                None => is_refused(fault, &self.send(Some(fault)).await),
            };
            report.add(name, found)?;
        }
        report.add("slow-body", gives_up(&self.send(Some(Fault::Slow)).await))?;
        report.add("unknown-command", self.unknown_command().await)?;
        report.add("probe", self.probe().await)?;
        report.add("get", self.get().await)?;
        report.add("reply-form", self.form(&good))?;
        report.add("reply-time", self.time(&good))?;
        Ok(report.exit_code())
    }

    async fn send(&self, fault: Option<Fault>) -> Answered {
        self.shoot(self.outgoing.clone(), fault).await
    }

    async fn shoot(&self, outgoing: Outgoing, fault: Option<Fault>) -> Answered {
        let shot = Shot {
            outgoing,
            keys: self.keys,
            target: self.target,
            origin: Origin::Trigger,
        };
        self.client.send(shot.request(fault)?, PATIENCE).await
    }

    /// Why a fault says nothing about this receiver.
    fn skips(&self, fault: Fault) -> Option<&'static str> {
        let signed = self.keys.signing(self.outgoing.envelope).is_some();
        match fault {
            Fault::WrongToken | Fault::MissingSign | Fault::Stale | Fault::Future if !signed => {
                Some("the app does not sign")
            }
            Fault::Stale | Fault::Future if self.outgoing.envelope == Envelope::Trtc => {
                Some("TRTC states no rule for the age of an event")
            }
            _ => None,
        }
    }

    /// 200 with code 0; TRTC looks at the status only.
    fn is_accepted(&self, command: &str, answered: &Answered) -> Result<(), Finding> {
        let received = received(answered)?;
        let code = code(&received.body);
        let accepted = received.status == StatusCode::OK
            && (code == Some(0) || self.outgoing.envelope == Envelope::Trtc);
        if accepted {
            return Ok(());
        }
        let code = match code {
            Some(code) => format!(" with code {code}"),
            None => String::new(),
        };
        Err(Finding::bad(format!(
            "answered {}{code}; {}",
            received.status,
            effect(command, received).sentence()
        )))
    }

    async fn unknown_command(&self) -> Result<(), Finding> {
        let (outgoing, command) = match self.outgoing.envelope {
            Envelope::Url => {
                let body = format!("{{\"CallbackCommand\":\"{UNKNOWN}\"}}");
                let id = self.outgoing.sdk_app_id;
                (Outgoing::new(id, UNKNOWN, body.into()), UNKNOWN)
            }
            Envelope::Trtc => {
                let body = r#"{"EventGroupId":99,"EventType":9999,"CallbackTs":0,"EventInfo":{}}"#;
                let mut outgoing = self.outgoing.clone();
                outgoing.body = Bytes::from_static(body.as_bytes());
                (outgoing, "TRTC.9999")
            }
        };
        self.is_accepted(command, &self.shoot(outgoing, None).await)
    }

    /// The console's check of the URL before it saves it: an empty body, with and without the app.
    async fn probe(&self) -> Result<(), Finding> {
        if self.outgoing.envelope == Envelope::Trtc {
            return Err(Finding::skipped(
                "what the console sends for TRTC is not known",
            ));
        }
        for without_app in [false, true] {
            let mut outgoing = self.outgoing.clone();
            outgoing.body = Bytes::from_static(b"{}");
            if without_app {
                outgoing.query.retain(|(name, _)| name != "SdkAppid");
            }
            let answered = self.shoot(outgoing, None).await;
            let received = received(&answered)?;
            if received.status != StatusCode::OK {
                let which = if without_app { "without" } else { "with" };
                return Err(Finding::bad(format!(
                    "answered {} to an empty body {which} SdkAppid; the console may refuse to save the URL",
                    received.status
                )));
            }
        }
        Ok(())
    }

    /// What a person or a scanner sends.
    async fn get(&self) -> Result<(), Finding> {
        let request = Request::builder()
            .method(Method::GET)
            .uri(self.target.uri().clone())
            .header(header::USER_AGENT, "tencent-webhook")
            .body(SendBody::default());
        let answered = match request {
            Ok(request) => self.client.send(request, PATIENCE).await,
            Err(error) => Err(error.into()),
        };
        let received = received(&answered)?;
        if received.status.is_server_error() {
            Err(Finding::bad(format!(
                "answered {}: it fails",
                received.status
            )))
        } else if code(&received.body).is_some() {
            Err(Finding::bad(
                "answered the three fields to what is not a webhook",
            ))
        } else {
            Ok(())
        }
    }

    fn form(&self, good: &Answered) -> Result<(), Finding> {
        if self.outgoing.envelope == Envelope::Trtc {
            return Err(Finding::skipped("TRTC does not read the answer's body"));
        }
        let received = received(good)?;
        let Ok(reply) = serde_json::from_slice::<Value>(&received.body) else {
            let lost = effect(self.command, received).sentence();
            return Err(Finding::bad(format!("the answer is not JSON; {lost}")));
        };
        for (field, fits) in [
            ("ActionStatus", reply["ActionStatus"].is_string()),
            ("ErrorInfo", reply["ErrorInfo"].is_string()),
            ("ErrorCode", reply["ErrorCode"].is_i64()),
        ] {
            if !fits {
                return Err(Finding::bad(format!(
                    "the answer has no {field} of the documented type; Tencent may count it as a failure"
                )));
            }
        }
        Ok(())
    }

    fn time(&self, good: &Answered) -> Result<(), Finding> {
        let received = received(good)?;
        let limit = match self.outgoing.envelope {
            Envelope::Url => 2,
            Envelope::Trtc => 5,
        };
        if received.took.as_secs_f64() <= f64::from(limit) {
            return Ok(());
        }
        let late = Effect::judge(self.command, Some(200), &received.body, received.took);
        Err(Finding::bad(format!(
            "answered after {:.1} s; {}",
            received.took.as_secs_f64(),
            late.sentence()
        )))
    }
}

fn received(answered: &Answered) -> Result<&Received, Finding> {
    answered
        .as_ref()
        .map_err(|error| Finding::bad(format!("no answer: {}", chain(error.as_ref()))))
}

/// The error code of the three fields.
fn code(body: &[u8]) -> Option<i64> {
    serde_json::from_slice::<Value>(body).ok()?["ErrorCode"].as_i64()
}

/// Anything but 200, or no answer at all.
fn is_refused(fault: Fault, answered: &Answered) -> Result<(), Finding> {
    match answered {
        Ok(received) if received.status == StatusCode::OK => Err(Finding::bad(match fault {
            Fault::WrongToken | Fault::MissingSign => {
                "answered 200: anybody who knows the URL can send events in the name of the app"
            }
            Fault::Stale | Fault::Future => {
                "answered 200: who has seen one URL can use it for ever"
            }
            Fault::UnknownApp => "answered 200: events of other apps are taken for yours",
            Fault::RepeatedParameter => {
                "answered 200: which of the two it checked, and which it used, is luck"
            }
            _ => "answered 200: the event is lost, and Tencent believes that it arrived",
        })),
        _ => Ok(()),
    }
}

/// An answer, or a closed connection, within the patience.
fn gives_up(answered: &Answered) -> Result<(), Finding> {
    match answered {
        Err(error) if error.is::<NoAnswer>() => Err(Finding::bad(
            "unanswered and open after 10 s: a few such requests hold all its connections",
        )),
        _ => Ok(()),
    }
}
