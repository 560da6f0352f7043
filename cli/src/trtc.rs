//! What the tool needs of TRTC's events, beside their types.

use serde::Deserialize;

/// The command of a TRTC body: `TRTC.101`.
pub(crate) fn command(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Type {
        #[serde(rename = "EventType")]
        event_type: u64,
    }

    let Type { event_type } = serde_json::from_slice(body).ok()?;
    Some(format!("TRTC.{event_type}"))
}
