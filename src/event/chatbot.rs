//! Signals to a smart chatbot.
//!
//! # Example
//!
//! ```
//! use tower_tencent_webhook::{Delivery, Handlers, event::chatbot, reply::SignalReply};
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<chatbot::OnC2CSignalMessage>| async move {
//!     match delivery.event.data.as_deref() {
//!         Some("ping") => SignalReply::respond("pong"),
//!         _ => SignalReply::Ignore,
//!     }
//! });
//! # let _ = handlers;
//! ```

use crate::{
    value::{Account, UnixMillis},
    wire::wire,
};

wire! {
    /// A user sent data of the app to a smart chatbot.
    ///
    /// Answered with a [`SignalReply`](crate::reply::SignalReply): the app may answer with data for
    /// the bot.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/59057).
    pub struct OnC2CSignalMessage = "Chatbot.OnC2CSignalMessage" {
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
        /// The unique key of the message.
        pub msg_key: Option<String>,
        /// The data, as the app defined it.
        pub data: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }
}
