//! Friends and blocklists.
//!
//! # Example
//!
//! The two before-webhooks are answered for each account:
//!
//! ```
//! use tower_tencent_webhook::{Delivery, Handlers, event::sns, reply::FriendVerdict};
//!
//! const NOT_NOW: sns::Code = sns::Code::new(38_001).unwrap();
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<sns::PrevFriendAdd>| async move {
//!     delivery.event.friend_item.into_iter().fold(FriendVerdict::new(), |verdict, item| {
//!         if item.to_account == "celebrity" {
//!             verdict.refuse(item.to_account, NOT_NOW, "not open to requests")
//!         } else {
//!             verdict.allow(item.to_account)
//!         }
//!     })
//! });
//! # let _ = handlers;
//! ```

pub use crate::reply::code::FriendCode as Code;
use crate::{
    value::{Account, UnixMillis},
    wire::{string_enum, wire},
};

string_enum! {
    /// The direction in which a friend is added.
    pub enum AddType {
        /// In one direction.
        Single = "Add_Type_Single",
        /// In both.
        Both = "Add_Type_Both",
    }
}

string_enum! {
    /// How a friend request is answered.
    pub enum ResponseAction {
        /// Agreed, and the other is added as a friend too.
        AgreeAndAdd = "Response_Action_AgreeAndAdd",
        /// Agreed.
        Agree = "Response_Action_Agree",
        /// Rejected.
        Reject = "Response_Action_Reject",
    }
}

wire! {
    /// Before friends are added. Not sent for requests through the REST API.
    ///
    /// Answered with a [`FriendVerdict`](crate::reply::FriendVerdict).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/43468).
    pub struct PrevFriendAdd = "Sns.CallbackPrevFriendAdd" {
        /// The requester.
        #[serde(rename = "Requester_Account")]
        pub requester_account: Option<Account>,
        /// The user who adds friends.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The users to add.
        pub friend_item: Vec<FriendItem> = required,
        /// The direction.
        pub add_type: Option<AddType>,
        /// 1 if they are added without being asked, else 0.
        pub force_add_flags: Option<u32>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// One account that is to be a friend.
    pub struct FriendItem {
        /// The account.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// The name that the friend is given.
        pub remark: Option<String>,
        /// The group of friends it is put into.
        pub group_name: Option<String>,
        /// Where the request came from, such as `AddSource_Type_Web`.
        pub add_source: Option<String>,
        /// What the request says.
        pub add_wording: Option<String>,
    }

    /// Before friend requests are answered. Not sent for requests through the REST API.
    ///
    /// Answered with a [`FriendVerdict`](crate::reply::FriendVerdict).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/43467).
    pub struct PrevFriendResponse = "Sns.CallbackPrevFriendResponse" {
        /// The requester.
        #[serde(rename = "Requester_Account")]
        pub requester_account: Option<Account>,
        /// The user who answers the requests.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The answers.
        pub response_friend_item: Vec<ResponseFriendItem> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// The answer to one account.
    pub struct ResponseFriendItem {
        /// The account that asked.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// The name that the friend is given.
        pub remark: Option<String>,
        /// The group of friends it is put into.
        pub tag_name: Option<String>,
        /// The answer.
        pub response_action: Option<ResponseAction>,
    }

    /// After friends were added. Not sent for imports.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34359).
    pub struct FriendAdd = "Sns.CallbackFriendAdd" {
        /// The new pairs of friends.
        pub pair_list: Vec<FriendPair> = required,
        /// What caused it: `friend_add` or `FriendAdd` a request, `friend_response` or
        /// `FriendResponse` an answer.
        pub client_cmd: Option<String>,
        /// The admin of the app who did it, if one did.
        #[serde(rename = "Admin_Account")]
        pub admin_account: Option<Account> = none_if_empty,
        /// 1 if they were added without being asked, else 0.
        pub force_flag: Option<u32>,
    }

    /// A new pair of friends.
    pub struct FriendPair {
        /// The user who has a new friend.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The new friend.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// The initiator.
        #[serde(rename = "Initiator_Account")]
        pub initiator_account: Option<Account>,
    }

    /// After friends were deleted.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34360).
    pub struct FriendDelete = "Sns.CallbackFriendDelete" {
        /// The pairs that are no longer friends.
        pub pair_list: Vec<Pair> = required,
    }

    /// After users were put on a blocklist.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34361).
    pub struct BlackListAdd = "Sns.CallbackBlackListAdd" {
        /// Who blocks whom.
        pub pair_list: Vec<Pair> = required,
    }

    /// After users were taken off a blocklist.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34362).
    pub struct BlackListDelete = "Sns.CallbackBlackListDelete" {
        /// Who no longer blocks whom.
        pub pair_list: Vec<Pair> = required,
    }

    /// Two users.
    pub struct Pair {
        /// The owner of the list.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The users concerned.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
    }
}
