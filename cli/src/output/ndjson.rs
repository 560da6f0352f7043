//! Exchanges as NDJSON on stdout: one line of JSON each.

use std::{
    borrow::Cow,
    io::{self, Stdout},
};

use serde::Serialize;
use serde_json::value::RawValue;
use tower_tencent_webhook::outcome::End;

use super::outbox;
use crate::exchange::{Exchange, Fate, typed::Typed};

/// Writes NDJSON.
#[derive(Debug)]
pub(crate) struct Ndjson {
    stdout: Stdout,
    /// Also what did not reach the handler.
    all: bool,
}

impl Ndjson {
    pub(crate) fn new(all: bool) -> Self {
        Self {
            stdout: io::stdout(),
            all,
        }
    }
}

impl outbox::Write for Ndjson {
    fn write(&mut self, exchange: &Exchange) -> io::Result<()> {
        match line(exchange, self.all)? {
            Some(line) => io::Write::write_all(&mut self.stdout.lock(), &line),
            None => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::Write::flush(&mut self.stdout)
    }
}

#[derive(Serialize)]
struct Line<'a> {
    id: u64,
    received: u64,
    command: Option<&'a str>,
    sdk_app_id: Option<u64>,
    client_ip: Option<&'a str>,
    platform: Option<&'a str>,
    kind: &'static str,
    event: Option<Cow<'a, RawValue>>,
    reason: Option<String>,
    raw: Option<Cow<'a, str>>,
    end: &'static str,
}

/// The line, with its line break; `None` for what is not a delivery, unless all are asked for.
fn line(exchange: &Exchange, all: bool) -> serde_json::Result<Option<Vec<u8>>> {
    let body: &[u8] = exchange.body.as_deref().unwrap_or_default();
    let json = || {
        serde_json::from_slice::<&RawValue>(body)
            .ok()
            .map(Cow::Borrowed)
    };
    let (kind, event, reason) = match exchange.typed() {
        Some(typed) => {
            let kind = typed.kind();
            match typed {
                Typed::Event(event) => (kind, Some(Cow::Owned(event)), None),
                Typed::Unknown | Typed::Unreadable => (kind, json(), None),
                Typed::Undecodable(error) => (kind, json(), Some(error.to_string())),
            }
        }
        None if !all => return Ok(None),
        None => {
            let kind = match exchange.fate {
                Some(Fate::Webhook(End::Probed)) => "probe",
                _ => exchange.end(),
            };
            (kind, None, None)
        }
    };
    let raw = (event.is_none() && exchange.body.is_some()).then(|| String::from_utf8_lossy(body));
    let line = Line {
        id: exchange.id,
        received: exchange.received,
        command: exchange.command.as_deref(),
        sdk_app_id: exchange.sdk_app_id,
        client_ip: exchange.client_ip.as_deref(),
        platform: exchange.platform.as_deref(),
        kind,
        event,
        reason: reason.or_else(|| exchange.reason()),
        raw,
        end: exchange.end(),
    };
    let mut line = serde_json::to_vec(&line)?;
    // JSON has no line breaks inside strings, so all of them are white space between tokens.
    for byte in &mut line {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    line.push(b'\n');
    Ok(Some(line))
}
