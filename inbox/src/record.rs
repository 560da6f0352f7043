//! Records as the columns of a table, the same on every engine.

use tower_tencent_webhook::{
    Auth, Record,
    value::{Platform, UnixMillis},
};

/// The columns of a record.
pub(crate) struct Columns {
    pub(crate) sdk_app_id: i64,
    pub(crate) command: String,
    /// `None` once it is forgotten.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) client_ip: Option<String>,
    pub(crate) platform: Option<String>,
    pub(crate) auth: String,
    pub(crate) received: i64,
}

/// A time, as a column has it.
pub(crate) fn millis(column: i64) -> UnixMillis {
    UnixMillis(column.cast_unsigned())
}

impl From<&Record> for Columns {
    fn from(record: &Record) -> Self {
        Self {
            sdk_app_id: record.sdk_app_id().cast_signed(),
            command: record.command().to_owned(),
            body: Some(record.body().to_vec()),
            client_ip: record.client_ip().map(|ip| ip.to_string()),
            platform: record
                .platform()
                .map(|platform| platform.as_str().to_owned()),
            auth: record.auth().as_str().to_owned(),
            received: record.received().0.cast_signed(),
        }
    }
}

impl From<Columns> for Record {
    fn from(columns: Columns) -> Self {
        let client_ip = columns.client_ip.and_then(|ip| ip.parse().ok());
        let platform = columns.platform.as_deref().map(Platform::from);
        Self::new(
            columns.sdk_app_id.cast_unsigned(),
            columns.command,
            columns.body.unwrap_or_default(),
        )
        .with_client_ip(client_ip)
        .with_platform(platform)
        // A word that only a newer release knows is not taken for a signature.
        .with_auth(Auth::from_name(&columns.auth).unwrap_or(Auth::Unsigned))
        .with_received(millis(columns.received))
    }
}
