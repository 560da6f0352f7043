//! Chatbots. Ids of bots begin with `@RBT#`.
//!
//! # Example
//!
//! Put a question aside for the bot, since the webhook has only 2 seconds:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tokio::sync::mpsc;
//! use tower_tencent_webhook::{Delivery, Handlers, event::bot, reply::Ack};
//!
//! let (questions, inbox) = mpsc::channel(100);
//! let handlers = Handlers::new().on_with(
//!     questions,
//!     |questions, delivery: Delivery<bot::OnC2CMessage>| async move {
//!         let message = delivery.event;
//!         if let Some(text) = message.msg_body.iter().find_map(|element| element.as_text()) {
//!             questions.try_send((message.from_account, text.to_owned()))?;
//!         }
//!         Ok::<_, mpsc::error::TrySendError<_>>(Ack)
//!     },
//! );
//! # use tower_tencent_webhook::testing;
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("Bot.OnC2CMessage").unwrap();
//! # let delivery = testing::undecoded("Bot.OnC2CMessage", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # let mut inbox = inbox;
//! # let (user, question) = inbox.recv().await.unwrap();
//! # assert_eq!((user.as_str(), question.as_str()), ("kasia", "when is low tide?"));
//! # }
//! ```

use super::group::GroupType;
use crate::{
    message::MsgBody,
    value::{Account, UnixMillis, UnixSeconds},
    wire::wire,
};

wire! {
    /// A one-to-one message was sent to a chatbot. `C2C.CallbackAfterSendMsg` may come for the
    /// same message, if both are switched on.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/68952).
    pub struct OnC2CMessage = "Bot.OnC2CMessage" {
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The bot.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// The sequence number of the message, unsigned 32 bits.
        pub msg_seq: Option<u64>,
        /// The random number of the message, unsigned 32 bits.
        pub msg_random: Option<u32>,
        /// When the message was sent.
        pub msg_time: Option<UnixSeconds>,
        /// The unique key of the message.
        pub msg_key: Option<String>,
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
        /// Whether the message may have an extension. Seen, not documented.
        pub support_message_extension: Option<i64>,
        /// Whether the sender's other devices get the message. Seen, not documented.
        pub sync_other_machine: Option<i64>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// A chatbot was mentioned in a group. Not sent if everyone is mentioned.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/68953).
    pub struct OnGroupMessage = "Bot.OnGroupMessage" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: Option<GroupType>,
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The requester: an admin, if the message was sent through the REST API.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The random number of the message, unsigned 32 bits.
        pub random: Option<u32>,
        /// The sequence number of the message in the group.
        pub msg_seq: Option<u64>,
        /// When the message was sent.
        pub msg_time: Option<UnixSeconds>,
        /// 1 if only users who are online get the message, else 0.
        pub online_only_flag: Option<u32>,
        /// What the message says.
        pub msg_body: MsgBody = required,
        /// The bots that are mentioned.
        #[serde(rename = "AtRobots_Account")]
        pub at_robots_account: Vec<Account>,
        /// The topic, if the message was sent in a topic of a community. Seen, not documented.
        pub topic_id: Option<String> = none_if_empty,
        /// The app's own data beside the message.
        pub cloud_custom_data: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }
}
