//! One-to-one messages.
//!
//! # Example
//!
//! ```
//! use tower_tencent_webhook::{Delivery, Handlers, event::c2c, reply::MessageVerdict};
//!
//! const BLOCKED: c2c::Code = c2c::Code::new(120_001).unwrap();
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<c2c::BeforeSendMsg>| async move {
//!     if delivery.event.to_account == "support" {
//!         MessageVerdict::Allow
//!     } else {
//!         MessageVerdict::refuse_with(BLOCKED, "only support can be written to")
//!     }
//! });
//! # let _ = handlers;
//! ```

use super::message_extension::MsgExtension;
pub use crate::reply::code::C2CCode as Code;
use crate::{
    message::MsgBody,
    value::{Account, UnixMillis, UnixSeconds},
    wire::wire,
};

wire! {
    /// Before a one-to-one message is sent.
    ///
    /// Answered with a [`MessageVerdict`](crate::reply::MessageVerdict). A message that is refused
    /// has no after-webhook; of one that is rewritten it carries the new text.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34364).
    pub struct BeforeSendMsg = "C2C.CallbackBeforeSendMsg" {
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The recipient.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// The sequence number of the message, unsigned 32 bits.
        pub msg_seq: Option<u64>,
        /// The random number of the message, unsigned 32 bits.
        pub msg_random: Option<u32>,
        /// When the message is sent.
        pub msg_time: Option<UnixSeconds>,
        /// The unique key of the message, with which it can be recalled.
        pub msg_key: Option<String>,
        /// The unique id of the message on the client. Sent since 2024.
        pub msg_id: Option<String>,
        /// 1 if only a user who is online gets the message, else 0.
        pub online_only_flag: Option<u32>,
        /// What the message says.
        pub msg_body: MsgBody = required,
        /// The app's own data beside the message.
        pub cloud_custom_data: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a one-to-one message was sent, or failed to be (`send_msg_result`).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34365).
    pub struct AfterSendMsg = "C2C.CallbackAfterSendMsg" {
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The recipient.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// The sequence number of the message, unsigned 32 bits.
        pub msg_seq: Option<u64>,
        /// The random number of the message, unsigned 32 bits.
        pub msg_random: Option<u32>,
        /// When the message was sent.
        pub msg_time: Option<UnixSeconds>,
        /// The unique key of the message, with which it can be recalled.
        pub msg_key: Option<String>,
        /// The unique id of the message on the client. Sent since 2024.
        pub msg_id: Option<String>,
        /// 1 if only a user who is online gets the message, else 0.
        pub online_only_flag: Option<u32>,
        /// 0 if the message was sent, else a
        /// [chat error code](https://www.tencentcloud.com/document/product/1047/34348).
        pub send_msg_result: Option<i64>,
        /// The result in words.
        pub error_info: Option<String>,
        /// How many one-to-one messages the receiver has not read; -1 if sending failed.
        pub unread_msg_num: Option<i64>,
        /// What the message says.
        pub msg_body: MsgBody = required,
        /// The app's own data beside the message.
        pub cloud_custom_data: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After one-to-one messages were read.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/43465).
    pub struct AfterMsgReport = "C2C.CallbackAfterMsgReport" {
        /// The reader.
        #[serde(rename = "Report_Account")]
        pub report_account: Account,
        /// The sender.
        #[serde(rename = "Peer_Account")]
        pub peer_account: Account,
        /// Messages up to this time are read.
        pub last_read_time: Option<UnixSeconds>,
        /// How many one-to-one messages the reader has not read.
        pub unread_msg_num: Option<i64>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a one-to-one message was recalled.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/43466).
    pub struct AfterMsgWithDraw = "C2C.CallbackAfterMsgWithDraw" {
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The recipient.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// The unique key of the message.
        pub msg_key: String,
        /// How many one-to-one messages the receiver has not read.
        pub unread_msg_num: Option<i64>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a one-to-one message was edited.
    ///
    /// [Source](https://cloud.tencent.com/document/product/269/128224).
    pub struct AfterModifyMsg = "C2C.CallbackAfterModifyMsg" {
        /// The user who edited the message.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The recipient.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// The sequence number of the message.
        pub msg_seq: Option<u64>,
        /// The random number of the message.
        pub msg_random: Option<u32>,
        /// When the message was sent.
        pub msg_time: Option<UnixSeconds>,
        /// The unique key of the message.
        pub msg_key: Option<String>,
        /// What the message says now.
        pub msg_body: MsgBody = required,
        /// The app's own data beside the message.
        pub cloud_custom_data: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After the extension of a one-to-one message was set, deleted or cleared.
    ///
    /// [Source](https://cloud.tencent.com/document/product/269/126475).
    pub struct AfterC2CMsgExtension = "C2C.CallbackAfterC2CMsgExtension" {
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The recipient.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// The unique key of the message.
        pub msg_key: String,
        /// 1 pairs were set, 2 pairs were deleted, 3 all pairs were cleared.
        pub operate_type: Option<u32>,
        /// The pairs concerned; empty if all were cleared.
        pub extension_list: Vec<MsgExtension> = required,
        /// The newest version of the message's extension.
        pub seq: Option<u64>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }
}
