//! Stand-ins for what the core is to give.
#![allow(missing_docs, clippy::exhaustive_structs, unreachable_pub)]

use std::{fmt, net::IpAddr};

use tower_tencent_webhook::Delivery;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventKey([u8; 32]);

impl EventKey {
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for EventKey {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventKey({self})")
    }
}

#[derive(Clone)]
pub struct Record {
    pub(crate) sdk_app_id: u64,
    pub(crate) command: String,
    pub(crate) client_ip: Option<IpAddr>,
    pub(crate) platform: Option<String>,
    pub(crate) auth: String,
    pub(crate) received: u64,
    pub(crate) body: bytes::Bytes,
}

impl Record {
    pub fn sdk_app_id(&self) -> u64 {
        self.sdk_app_id
    }
    pub fn command(&self) -> &str {
        &self.command
    }
    pub fn received(&self) -> u64 {
        self.received
    }
    pub fn body(&self) -> &bytes::Bytes {
        &self.body
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").finish_non_exhaustive()
    }
}

pub trait Seam {
    fn event_key(&self) -> Option<EventKey>;
    fn to_record(&self) -> Record;
    fn acknowledges_late(&self) -> bool {
        false
    }
    fn time_left(&self) -> std::time::Duration {
        std::time::Duration::from_millis(1500)
    }
}

impl Seam for Delivery {
    fn event_key(&self) -> Option<EventKey> {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut key = [0; 32];
        for (n, part) in key.chunks_mut(8).enumerate() {
            let mut hasher = DefaultHasher::new();
            (n, self.command(), self.body()).hash(&mut hasher);
            part.copy_from_slice(&hasher.finish().to_be_bytes());
        }
        Some(key.into())
    }
    fn to_record(&self) -> Record {
        Record {
            sdk_app_id: self.sdk_app_id(),
            command: self.command().to_owned(),
            client_ip: self.client_ip(),
            platform: None,
            auth: "signed".to_owned(),
            received: 0,
            body: self.body().clone(),
        }
    }
}

pub fn from_record(record: Record) -> Delivery {
    tower_tencent_webhook::testing::undecoded(record.command, record.body)
}

pub trait LateSeam: Sized {
    fn acknowledge_late(self, _: bool) -> Self {
        self
    }
}

impl<H, E> LateSeam for tower_tencent_webhook::WebhookLayer<H, E> {}
