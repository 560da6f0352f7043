//! Stand-ins for what the core is to give.
#![allow(missing_docs, clippy::exhaustive_structs, unreachable_pub)]

use std::fmt;

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

pub trait Seam {
    fn event_key(&self) -> Option<EventKey>;
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
}

pub trait LateSeam: Sized {
    fn acknowledge_late(self, _: bool) -> Self {
        self
    }
}

impl<H, E> LateSeam for tower_tencent_webhook::WebhookLayer<H, E> {}
