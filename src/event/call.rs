//! Calls. Their webhooks are switched on through the REST API.
//!
//! # Example
//!
//! Tell those who missed a call:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{value::Account, Delivery, Handlers, reply::Ack, testing};
//! use tower_tencent_webhook::event::call::{AfterEndCall, CallRecord, CallResult};
//!
//! fn missed_by(call: CallRecord) -> Vec<Account> {
//!     match call.call_result {
//!         Some(CallResult::NotAnswer | CallResult::Offline) => call.callee_list_account,
//!         _ => Vec::new(),
//!     }
//! }
//!
//! # async fn notify(_: Account) {}
//! let handlers = Handlers::new().on(|delivery: Delivery<AfterEndCall>| async move {
//!     for callee in missed_by(delivery.event.call_record) {
//!         notify(callee).await;
//!     }
//!     Ack
//! });
//!
//! let mut call = testing::sample::<AfterEndCall>().call_record;
//! call.call_result = Some(CallResult::NotAnswer);
//! assert_eq!(missed_by(call), ["tomas", "ines"]);
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("Call.CallbackAfterEndCall").unwrap();
//! # let delivery = testing::undecoded("Call.CallbackAfterEndCall", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use super::recording::RecordingEvent;
use crate::{
    value::{Account, UnixMillis, UnixSeconds},
    wire::{string_enum, wire},
};

string_enum! {
    /// What a call carries.
    pub enum MediaType {
        /// Picture and sound.
        Video = "Video",
        /// Sound.
        Audio = "Audio",
    }
}

string_enum! {
    /// One-to-one or group call.
    pub enum CallType {
        /// Two users.
        SingleCall = "SingleCall",
        /// More than two.
        MultiCall = "MultiCall",
    }
}

string_enum! {
    /// How a call ended.
    pub enum CallResult {
        /// The caller gave up.
        Cancel = "Cancel",
        /// It was rejected.
        Reject = "Reject",
        /// It was not answered.
        NotAnswer = "NotAnswer",
        /// It was answered, and ended.
        NormalEnd = "NormalEnd",
        /// The line was busy.
        CallBusy = "CallBusy",
        /// It was interrupted.
        Interrupt = "Interrupt",
        /// The other side was offline.
        Offline = "Offline",
    }
}

string_enum! {
    /// A user's state in a call.
    pub enum UserStatus {
        /// In the call.
        Calling = "Calling",
        /// Being called.
        Waiting = "Waiting",
    }
}

wire! {
    /// After a call was started.
    ///
    /// [Source](https://trtc.io/document/68941).
    pub struct AfterStartCall = "Call.CallbackAfterStartCall" {
        /// The call.
        pub call_info: CallInfo,
        /// The participants.
        pub user_list: Vec<CallUser> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// A call that was started.
    pub struct CallInfo {
        /// The call.
        pub call_id: String,
        /// What it carries. Also called `MediaType`.
        pub call_media_type: Option<MediaType> = or [older "MediaType"],
        /// The group it belongs to.
        pub chat_group_id: Option<String> = none_if_empty,
        /// The room it takes place in.
        pub room_id: Option<String> = none_if_empty,
        /// 1 the id of the room is a number, 2 it is a string.
        pub room_id_type: Option<u32>,
    }

    /// A user in a call.
    pub struct CallUser {
        /// The user.
        #[serde(rename = "User_Account")]
        pub user_account: Account,
        /// The user's state in the call.
        pub status: Option<UserStatus>,
    }

    /// After a call ended. The REST API that is asked for calls has it about 5 seconds later.
    ///
    /// [Source](https://trtc.io/document/68940).
    pub struct AfterEndCall = "Call.CallbackAfterEndCall" {
        /// The call.
        pub call_record: CallRecord,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// A call that ended.
    pub struct CallRecord {
        /// The call.
        pub call_id: String,
        /// The caller.
        #[serde(rename = "Caller_Account")]
        pub caller_account: Option<Account>,
        /// What it carried.
        pub media_type: Option<MediaType>,
        /// One-to-one or group call.
        pub call_type: Option<CallType>,
        /// When it was started.
        pub start_time: Option<UnixSeconds>,
        /// When it ended.
        pub end_time: Option<UnixSeconds>,
        /// When it was answered; 0 if it was not.
        pub accept_time: Option<UnixSeconds>,
        /// How it ended.
        pub call_result: Option<CallResult>,
        /// The users who were called.
        #[serde(rename = "CalleeList_Account")]
        pub callee_list_account: Vec<Account>,
        /// The room it took place in.
        pub room_id: Option<String> = none_if_empty,
        /// 1 the id of the room is a number, 2 it is a string.
        pub room_id_type: Option<u32>,
    }

    /// After users in a call changed state.
    ///
    /// [Source](https://tencentcloud.com/document/product/647/69215).
    pub struct AfterMemberChanged = "Call.CallbackAfterMemberChanged" {
        /// The call.
        pub call_id: String,
        /// The participants now.
        pub user_list: Vec<CallUser>,
        /// The users who changed state.
        pub changed_user_list: Vec<ChangedUser> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// A user who changed state in a call.
    pub struct ChangedUser {
        /// The user.
        #[serde(rename = "User_Account")]
        pub user_account: Account,
        /// What the user did, such as `Answer` or `Hangup`. The vendor's page gives two different
        /// lists of words.
        pub action_type: Option<String>,
    }

    /// After the state of a call's recording changed.
    ///
    /// [Source](https://trtc.io/document/80345).
    pub struct AfterRecordChanged = "Call.CallbackAfterRecordChanged" {
        /// The call.
        pub call_id: String,
        /// What happened to its recording.
        pub callback: RecordingEvent,
        /// When the webhook was sent.
        pub event_time: Option<UnixMillis>,
    }
}
