//! Members of live rooms, admins, and gifts.

use crate::{
    event::group::{Member, OnlineState},
    value::{Account, UnixMillis, UnixSeconds},
    wire::{string_enum, wire},
};

string_enum! {
    /// Why a member went online or offline in a live room.
    pub enum OnlineCause {
        /// The member entered.
        Enter = "Enter",
        /// The member left.
        Leave = "Leave",
        /// The client stopped sending heartbeats.
        HeartbeatInterrupt = "HeartbeatInterrupt",
        /// The client sends heartbeats again.
        HeartbeatRecover = "HeartbeatRecover",
    }
}

string_enum! {
    /// What was done to the admins of a live room.
    pub enum AdminOperation {
        /// Some were added.
        Add = "add",
        /// Some were removed.
        Delete = "delete",
    }
}

wire! {
    /// Members went online or offline in a live room. Not sent for those who are there when the
    /// room ends.
    ///
    /// [Source](https://trtc.io/document/64424).
    pub struct AfterMemberStateChanged = "Live.CallbackAfterMemberStateChanged" {
        /// The room.
        pub room_id: String,
        /// Whether they are online now.
        pub event_type: OnlineState,
        /// Why.
        pub event_cause: Option<OnlineCause>,
        /// The members concerned.
        pub member_list: Vec<Member> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a live room got another owner.
    ///
    /// [Source](https://trtc.io/document/72553).
    pub struct AfterChangeOwner = "Live.CallbackAfterChangeOwner" {
        /// The room.
        pub room_id: String,
        /// The user who changed it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The new owner.
        #[serde(rename = "CurrentOwner_Account")]
        pub current_owner_account: Account,
        /// The previous owner.
        #[serde(rename = "OriginalOwner_Account")]
        pub original_owner_account: Option<Account>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After admins of a live room were added or removed.
    ///
    /// [Source](https://trtc.io/document/72554).
    pub struct AfterModifyAdmin = "Live.CallbackAfterModifyAdmin" {
        /// The room.
        pub room_id: String,
        /// The user who did it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The admins concerned.
        #[serde(rename = "Admin_Account")]
        pub admin_account: Vec<Account> = required,
        /// What was done.
        #[serde(rename = "opType")]
        pub op_type: AdminOperation,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// Before a gift is sent. **Without an answer in time the gift is blocked**, unless the console
    /// lists `Live.CallbackBeforeCallBackNotBlock` too.
    ///
    /// Answered with a [`Verdict`](crate::reply::Verdict).
    ///
    /// [Source](https://trtc.io/document/72210).
    pub struct BeforeSendGift = "Live.CallbackBeforeSendGift" {
        /// The requester.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room.
        pub room_id: String,
        /// The gift.
        pub gift_water: GiftWater,
    }

    /// A gift.
    pub struct GiftWater {
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The recipient.
        #[serde(rename = "To_Account")]
        pub to_account: Vec<Account> = required,
        /// When it is sent.
        pub time: Option<UnixSeconds>,
        /// What it is.
        pub gift_id: String,
        /// How many, as the client of the sender says.
        pub count: Option<i64>,
        /// How many coins it is worth, as the client of the sender says.
        pub coins: Option<i64>,
    }
}
