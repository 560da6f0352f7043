//! The acknowledgement of an after-webhook.

use super::{
    body::{Body, Encode},
    verdict_kind::VerdictKind,
};

/// "Received". After-webhooks take nothing else: Tencent ignores the answer to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(
    clippy::exhaustive_structs,
    reason = "an acknowledgement has no content"
)]
pub struct Ack;

impl Encode for Ack {
    fn into_body(self) -> Body {
        Body::default()
    }

    fn verdict(&self) -> VerdictKind {
        VerdictKind::Allow
    }

    fn from_body(wire: Body) -> Option<Self> {
        (wire.error_code == 0).then_some(Self)
    }
}
