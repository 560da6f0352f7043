//! Stand-ins for what the core is to give.
#![allow(missing_docs, clippy::exhaustive_structs, unreachable_pub)]

use tower_tencent_webhook::Delivery;

pub use tower_tencent_webhook::EventKey;

pub trait Seam {
    fn acknowledges_late(&self) -> bool {
        false
    }
    fn time_left(&self) -> std::time::Duration {
        std::time::Duration::from_millis(1500)
    }
}

impl Seam for Delivery {}

pub trait LateSeam: Sized {
    fn acknowledge_late(self, _: bool) -> Self {
        self
    }
}

impl<H, E> LateSeam for tower_tencent_webhook::WebhookLayer<H, E> {}
