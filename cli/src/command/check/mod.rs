//! `check`: probes a receiver, in any language, with what Tencent does and what strangers try.

mod findings;

use std::{path::PathBuf, process::ExitCode};

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};

use self::findings::{
    Answered, gives_up, has_form, is_accepted, is_in_time, is_no_webhook, is_refused, received,
};
use crate::{
    apps,
    exchange::head::Origin,
    protocol::Envelope,
    secrets::Keys,
    send::{
        Fault, SignedProbe, TIMEOUT,
        client::{Client, Connections, SendBody, is_unreachable},
        outgoing::Outgoing,
        print, runtime, sample,
        target::Target,
    },
    terminal::{Failure, Finding, Report},
};

/// A command that no release knows.
const UNKNOWN: &str = "Cake.CallbackAfterBake";

/// What is tried.
enum Probe {
    /// A right event.
    Good,
    /// An event with a fault, which must be refused.
    Refused(Fault),
    /// An event whose body does not end, which must be given up.
    GivenUp,
    /// A right event of a command that no release knows.
    UnknownCommand,
    /// The console's check of the URL.
    Console,
    /// What a person or a scanner sends.
    Get,
    /// The form of the answer to the right event.
    ReplyForm,
    /// Its time.
    ReplyTime,
}

/// All probes, in the order in which they are printed.
const PROBES: [(&str, Probe); 15] = [
    ("good", Probe::Good),
    ("wrong-token", Probe::Refused(Fault::WrongToken)),
    ("missing-sign", Probe::Refused(Fault::MissingSign)),
    ("stale", Probe::Refused(Fault::Stale)),
    ("future", Probe::Refused(Fault::Future)),
    ("unknown-app", Probe::Refused(Fault::UnknownApp)),
    (
        "repeated-parameter",
        Probe::Refused(Fault::RepeatedParameter),
    ),
    ("gzip", Probe::Refused(Fault::Gzip)),
    ("bad-json", Probe::Refused(Fault::BadJson)),
    ("slow-body", Probe::GivenUp),
    ("unknown-command", Probe::UnknownCommand),
    ("probe", Probe::Console),
    ("get", Probe::Get),
    ("reply-form", Probe::ReplyForm),
    ("reply-time", Probe::ReplyTime),
];

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
    apps: apps::Given,

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
    let secrets = options.apps.read().map_err(Failure::Usage)?;
    apps::warn_of_unsigned(&secrets);
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
        let is_reachable = !good.as_ref().is_err_and(is_unreachable);
        for (name, probe) in PROBES {
            let found = match probe {
                Probe::Good => is_accepted(self.command, &good),
                _ if !is_reachable => Err(Finding::skipped("it cannot be reached")),
                Probe::Refused(fault) => match self.skips(fault) {
                    Some(why) => Err(Finding::skipped(why)),
                    None => self.refused(fault).await,
                },
                Probe::GivenUp => gives_up(self.command, &self.send(Some(Fault::Slow)).await),
                Probe::UnknownCommand => self.unknown_command().await,
                Probe::Console => self.probe().await,
                Probe::Get => self.get().await,
                Probe::ReplyForm => has_form(self.command, &good),
                Probe::ReplyTime => is_in_time(self.command, &good),
            };
            report.add(name, found)?;
        }
        Ok(report.exit_code())
    }

    /// Sends it with the fault. What misses of a signature may be either half of it, or both.
    async fn refused(&self, fault: Fault) -> Result<(), Finding> {
        let faults = match (fault, self.outgoing.envelope) {
            (Fault::MissingSign, Envelope::Url) => &[fault, Fault::TimeAlone, Fault::SignAlone][..],
            _ => &[fault],
        };
        for fault in faults {
            is_refused(self.command, *fault, &self.send(Some(*fault)).await)?;
        }
        Ok(())
    }

    async fn send(&self, fault: Option<Fault>) -> Answered {
        self.shoot(self.outgoing.clone(), fault).await
    }

    async fn shoot(&self, outgoing: Outgoing, fault: Option<Fault>) -> Answered {
        let shot = SignedProbe {
            outgoing,
            keys: self.keys,
            target: self.target,
            origin: Origin::Trigger,
        };
        self.client.send(shot.request(fault)?, TIMEOUT).await
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
        is_accepted(command, &self.shoot(outgoing, None).await)
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
            let received = received(self.command, &answered)?;
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
            Ok(request) => self.client.send(request, TIMEOUT).await,
            Err(error) => Err(error.into()),
        };
        is_no_webhook(&answered)
    }
}
