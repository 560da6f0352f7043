//! Official accounts and their subscribers. Ids of official accounts begin with `@TOA#_`.
//!
//! # Example
//!
//! Moderate what official accounts send to their subscribers:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, event::official_account, reply::MessageVerdict};
//! # use tower_tencent_webhook::testing;
//!
//! const NO_LINKS: official_account::Code = official_account::Code::new(120_001).unwrap();
//!
//! async fn moderate(
//!     delivery: Delivery<official_account::BeforeSendMsg>,
//! ) -> MessageVerdict<official_account::Code> {
//!     let mut texts = delivery.event.msg_body.iter().filter_map(|element| element.as_text());
//!     if texts.any(|text| text.contains("://")) {
//!         MessageVerdict::refuse_with(NO_LINKS, "no links, please")
//!     } else {
//!         MessageVerdict::Allow
//!     }
//! }
//!
//! let handlers = Handlers::new().on(moderate);
//! # let event = testing::sample::<official_account::BeforeSendMsg>();
//! # assert_eq!(moderate(testing::delivery(event)).await, MessageVerdict::Allow);
//! # let mut event = testing::sample::<official_account::BeforeSendMsg>();
//! # event.msg_body = vec![tower_tencent_webhook::message::Element::text("https://tide.example")];
//! # let verdict = moderate(testing::delivery(event)).await;
//! # assert_eq!(verdict, MessageVerdict::refuse_with(NO_LINKS, "no links, please"));
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("OfficialAccount.CallbackBeforeSendMsg").unwrap();
//! # let delivery = testing::undecoded("OfficialAccount.CallbackBeforeSendMsg", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

pub use crate::reply::code::OfficialAccountCode as Code;
use crate::{
    message::MsgBody,
    value::{Account, UnixMillis, UnixSeconds},
    wire::wire,
};

wire! {
    /// Before an official account is created.
    ///
    /// Answered with a [`Verdict`](crate::reply::Verdict).
    ///
    /// [Source](https://tencentcloud.com/document/product/1047/60795).
    pub struct BeforeCreateOfficialAccount = "OfficialAccount.CallbackBeforeCreateOfficialAccount" {
        /// The creator.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The intended owner.
        #[serde(rename = "Owner_Account")]
        pub owner_account: Option<Account>,
        /// Its name.
        pub name: String,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After an official account was created.
    ///
    /// [Source](https://tencentcloud.com/document/product/1047/60796).
    pub struct AfterCreateOfficialAccount = "OfficialAccount.CallbackAfterCreateOfficialAccount" {
        /// The official account.
        #[serde(rename = "Official_Account")]
        pub official_account: Account,
        /// The creator.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The owner.
        #[serde(rename = "Owner_Account")]
        pub owner_account: Option<Account>,
        /// Its name.
        pub name: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After the profile of an official account was changed. The vendor does not say whether
    /// unchanged fields are there.
    ///
    /// [Source](https://tencentcloud.com/document/product/1047/60797).
    pub struct AfterOfficialAccountInfoChanged = "OfficialAccount.CallbackAfterOfficialAccountInfoChanged" {
        /// The official account.
        #[serde(rename = "Official_Account")]
        pub official_account: Account,
        /// The user who changed it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// Its introduction.
        pub introduction: Option<String>,
        /// Its name.
        pub name: Option<String>,
        /// The URL of its picture.
        pub face_url: Option<String>,
        /// The organization behind it.
        pub organization: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After an official account was destroyed.
    ///
    /// [Source](https://tencentcloud.com/document/product/1047/60798).
    pub struct AfterOfficialAccountDestroyed = "OfficialAccount.CallbackAfterOfficialAccountDestroyed" {
        /// The official account.
        #[serde(rename = "Official_Account")]
        pub official_account: Account,
        /// The owner.
        #[serde(rename = "Owner_Account")]
        pub owner_account: Option<Account>,
        /// Its name.
        pub name: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// Before users subscribe to an official account.
    ///
    /// Answered with a [`SubscriberVerdict`](crate::reply::SubscriberVerdict), which can refuse
    /// some of them.
    ///
    /// [Source](https://tencentcloud.com/document/product/1047/60799).
    pub struct BeforeAddSubscriber = "OfficialAccount.CallbackBeforeAddSubscriber" {
        /// The official account.
        #[serde(rename = "Official_Account")]
        pub official_account: Account,
        /// The requester.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The users who want to subscribe.
        pub subscribe_account_list: Vec<Subscriber> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After users subscribed to an official account.
    ///
    /// [Source](https://trtc.io/document/60800).
    pub struct AfterAddSubscriber = "OfficialAccount.CallbackAfterAddSubscriber" {
        /// The official account.
        #[serde(rename = "Official_Account")]
        pub official_account: Account,
        /// The requester.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The new subscribers.
        pub subscribe_account_list: Vec<Subscriber> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// A subscriber, in a list of subscribers.
    pub struct Subscriber {
        /// The user.
        #[serde(rename = "Subscriber_Account")]
        pub subscriber_account: Account,
    }

    /// An official account has as many subscribers as it may have.
    ///
    /// [Source](https://tencentcloud.com/document/product/1047/60801).
    pub struct AfterOfficialAccountFull = "OfficialAccount.CallbackAfterOfficialAccountFull" {
        /// The official account.
        #[serde(rename = "Official_Account")]
        pub official_account: Account,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After users unsubscribed from an official account.
    ///
    /// [Source](https://tencentcloud.com/document/product/1047/60802).
    pub struct AfterDeleteSubscriber = "OfficialAccount.CallbackAfterDeleteSubscriber" {
        /// The official account.
        #[serde(rename = "Official_Account")]
        pub official_account: Account,
        /// The requester.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The former subscribers.
        pub subscribe_account_list: Vec<Subscriber> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// Before an official account sends a message.
    ///
    /// Answered with a [`MessageVerdict`](crate::reply::MessageVerdict). The message has
    /// neither a key nor a sequence number here.
    ///
    /// [Source](https://tencentcloud.com/document/product/1047/60803).
    pub struct BeforeSendMsg = "OfficialAccount.CallbackBeforeSendMsg" {
        /// The official account.
        #[serde(rename = "Official_Account")]
        pub official_account: Account,
        /// 1 if only users who are online get the message, else 0.
        pub online_only_flag: Option<u32>,
        /// What the message says.
        pub msg_body: MsgBody = required,
        /// The app's own data beside the message.
        pub cloud_custom_data: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After an official account sent a message.
    ///
    /// [Source](https://trtc.io/document/60804).
    pub struct AfterSendMsg = "OfficialAccount.CallbackAfterSendMsg" {
        /// The official account.
        #[serde(rename = "Official_Account")]
        pub official_account: Account,
        /// The unique key of the message, with which it can be recalled.
        pub msg_key: Option<String>,
        /// When the message was sent.
        pub msg_time: Option<UnixSeconds>,
        /// 1 if only users who are online get the message, else 0.
        pub online_only_flag: Option<u32>,
        /// What the message says.
        pub msg_body: MsgBody = required,
        /// The app's own data beside the message.
        pub cloud_custom_data: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After messages of an official account were recalled.
    ///
    /// [Source](https://tencentcloud.com/document/product/1047/60805).
    pub struct AfterMsgWithDraw = "OfficialAccount.CallbackAfterMsgWithDraw" {
        /// The official account.
        #[serde(rename = "Official_Account")]
        pub official_account: Account,
        /// The messages.
        pub withdraw_msg_list: Vec<WithdrawnMsg> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// A recalled message.
    pub struct WithdrawnMsg {
        /// The unique key of the message.
        pub msg_key: String,
    }
}
