//! Recordings: webhooks as NDJSON, without what signs them, to be sent again.

use std::{
    borrow::Cow,
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write as _},
    path::Path,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::outbox;
use crate::{
    exchange::{Exchange, head::Origin},
    protocol::Envelope,
    send::outgoing::Outgoing,
};

/// The version of the lines below.
const VERSION: u32 = 1;

/// A line of a recording.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Recorded<'a> {
    v: u32,
    pub(crate) id: u64,
    /// Unix milliseconds.
    pub(crate) received: u64,
    #[serde(default)]
    origin: Origin,
    envelope: Envelope,
    sdk_app_id: u64,
    pub(crate) command: Cow<'a, str>,
    /// Without `Sign` and `RequestTime`, as in the URL.
    query: Vec<(String, String)>,
    /// A body that is UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Cow<'a, str>>,
    /// Any other body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

impl<'a> Recorded<'a> {
    /// The line of an exchange; `None` if no webhook was admitted.
    pub(crate) fn of(exchange: &'a Exchange) -> Option<Self> {
        let bytes = exchange.body.as_ref()?;
        let (body, body_base64) = match std::str::from_utf8(bytes) {
            Ok(text) => (Some(text.into()), None),
            Err(_) => (None, Some(BASE64_STANDARD.encode(bytes))),
        };
        Some(Self {
            v: VERSION,
            id: exchange.id,
            received: exchange.received,
            origin: exchange.origin,
            envelope: exchange.envelope?,
            sdk_app_id: exchange.sdk_app_id?,
            command: exchange.command.as_deref()?.into(),
            query: exchange.head.unsigned_query(),
            body,
            body_base64,
        })
    }

    /// The webhook, to be sent again.
    ///
    /// # Errors
    ///
    /// What differs from a recording.
    pub(crate) fn outgoing(self) -> Result<Outgoing, String> {
        if self.v != VERSION {
            return Err(format!("version {} is not known here", self.v));
        }
        let body = match (self.body, self.body_base64) {
            (Some(text), None) => Bytes::from(text.into_owned()),
            (None, Some(text)) => BASE64_STANDARD
                .decode(text)
                .map_err(|error| format!("`body_base64`: {error}"))?
                .into(),
            _ => return Err("there must be either `body` or `body_base64`".to_owned()),
        };
        Ok(Outgoing {
            sdk_app_id: self.sdk_app_id,
            envelope: self.envelope,
            query: self.query,
            body,
        })
    }
}

/// Writes a recording into a file that only its owner can read.
#[derive(Debug)]
pub(crate) struct Recorder(BufWriter<File>);

impl Recorder {
    /// Appends to the file, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, or others may read what is there already and that cannot be changed.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        #[cfg(unix)]
        if file.metadata()?.is_file() {
            let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            file.set_permissions(owner_only)?;
        }
        Ok(Self(BufWriter::new(file)))
    }
}

impl outbox::Write for Recorder {
    fn write(&mut self, exchange: &Exchange) -> io::Result<()> {
        let Some(recorded) = Recorded::of(exchange) else {
            return Ok(());
        };
        serde_json::to_writer(&mut self.0, &recorded)?;
        self.0.write_all(b"\n")
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
