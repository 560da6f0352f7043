//! Records as the columns of a table, the same on every engine.

use crate::Record;

/// The columns of a record.
pub(crate) struct Columns {
    pub(crate) app: i64,
    pub(crate) command: String,
    /// `None` once it is forgotten.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) client_ip: Option<String>,
    pub(crate) platform: Option<String>,
    pub(crate) auth: String,
    pub(crate) received: i64,
}

impl From<&Record> for Columns {
    fn from(record: &Record) -> Self {
        Self {
            app: record.sdk_app_id().cast_signed(),
            command: record.command().to_owned(),
            body: Some(record.body().to_vec()),
            client_ip: record.client_ip.map(|ip| ip.to_string()),
            platform: record.platform.clone(),
            auth: record.auth.clone(),
            received: record.received().cast_signed(),
        }
    }
}

impl From<Columns> for Record {
    fn from(columns: Columns) -> Self {
        Self {
            sdk_app_id: columns.app.cast_unsigned(),
            command: columns.command,
            client_ip: columns.client_ip.and_then(|ip| ip.parse().ok()),
            platform: columns.platform,
            auth: columns.auth,
            received: columns.received.cast_unsigned(),
            body: columns.body.unwrap_or_default().into(),
        }
    }
}
