//! Forwarded messages.

use super::{content::Relay, element::Element};
use crate::{
    value::{Account, UnixSeconds},
    wire::{DecodeError, lenient, readable::readable_part, surrogates, wire},
};

wire! {
    /// One forwarded message.
    pub struct ForwardedMessage {
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Option<Account>,
        /// The recipient of a one-to-one message.
        #[serde(rename = "To_Account")]
        pub to_account: Option<Account>,
        /// The group, if it was a group message.
        pub group_id: Option<String>,
        /// Its sequence number.
        pub msg_seq: Option<u64>,
        /// Its random number.
        pub msg_random: Option<u32>,
        /// When it was sent.
        pub msg_time_stamp: Option<UnixSeconds>,
        /// What it says.
        pub msg_body: Vec<Element>,
        /// The app's own data beside the message.
        pub cloud_custom_data: Option<String>,
    }
}

impl Relay {
    /// Decodes the forwarded messages; empty if they are stored elsewhere (`json_msg_key`). What
    /// does not have the documented shape, in a message or in the list, is omitted.
    ///
    /// Each level copies what is inside it, so walk a few levels only: whoever forwards messages
    /// decides how deep they nest, and a walk to the end takes time with the square of the depth.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if nothing in the list has the documented shape.
    pub fn messages(&self) -> Result<Vec<ForwardedMessage>, DecodeError> {
        let Some(list) = &self.msg_list else {
            return Ok(Vec::new());
        };
        let read = |json: &str| lenient::field(&mut serde_json::Deserializer::from_str(json));
        surrogates::lossy(list.as_json(), read).or_else(|error| {
            // One odd message must not hide the others.
            let list = surrogates::replaced(list.as_json());
            let reads = |json: &str| read(json).is_ok();
            readable_part(&list, &reads)
                .and_then(|part| read(&part).ok())
                .ok_or_else(|| DecodeError::from_json(&error, &list))
        })
    }
}
