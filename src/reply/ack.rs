//! The acknowledgement of an after-webhook.

use super::wire::{OnWire, Wire};

/// "Received". After-webhooks take nothing else: Tencent ignores what they are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(
    clippy::exhaustive_structs,
    reason = "an acknowledgement has no content"
)]
pub struct Ack;

impl OnWire for Ack {
    fn into_wire(self) -> Wire {
        Wire::default()
    }

    fn from_wire(wire: Wire) -> Option<Self> {
        (wire.error_code == 0).then_some(Self)
    }
}
