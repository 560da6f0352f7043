//! Conference rooms. Their seats are in [`mic`](super::mic).
//!
//! # Example
//!
//! Remind those who are invited to a conference that has a schedule:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use std::collections::HashSet;
//! use tower_tencent_webhook::{value::Account, Delivery, Handlers, event::room, reply::Ack};
//! # use tower_tencent_webhook::value::UnixSeconds;
//!
//! # async fn remind(_: Account, _: Option<UnixSeconds>) {}
//! let handlers = Handlers::new().on(|delivery: Delivery<room::AfterCreateRoom>| async move {
//!     let room::AfterCreateRoom { room_info, schedule_invitee_list_account, .. } = delivery.event;
//!     if room_info.room_status == Some(room::RoomStatus::NotStarted) {
//!         for invitee in HashSet::<Account>::from_iter(schedule_invitee_list_account) {
//!             remind(invitee, room_info.schedule_start_time).await;
//!         }
//!     }
//!     Ack
//! });
//! # use tower_tencent_webhook::testing;
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("Room.CallbackAfterCreateRoom").unwrap();
//! # let delivery = testing::undecoded("Room.CallbackAfterCreateRoom", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use crate::{
    value::{Account, UnixMillis, UnixSeconds},
    wire::{string_enum, wire},
};

string_enum! {
    /// How the seats of a room are taken.
    pub enum TakeSeatMode {
        /// Not at all.
        None = "None",
        /// By whoever wants to.
        FreeToTake = "FreeToTake",
        /// By those who apply and are admitted.
        ApplyToTake = "ApplyToTake",
    }
}

string_enum! {
    /// Whether a conference is under way.
    pub enum RoomStatus {
        /// It has no schedule.
        None = "None",
        /// It is scheduled.
        NotStarted = "NotStarted",
        /// It is under way.
        Running = "Running",
    }
}

string_enum! {
    /// How members entered or left a conference room.
    pub enum MemberChange {
        /// They entered.
        Enter = "Enter",
        /// They left.
        Leave = "Leave",
        /// They were removed.
        Kicked = "Kicked",
        /// Their client stopped responding.
        Expired = "Expired",
    }
}

wire! {
    /// Facts about a conference room.
    pub struct RoomInfo {
        /// The room.
        pub room_id: String,
        /// Its name.
        pub room_name: Option<String>,
        /// Its type, such as `Meeting`.
        pub room_type: Option<String>,
        /// The owner.
        #[serde(rename = "Owner_Account")]
        pub owner_account: Option<Account>,
        /// How many members it may have.
        pub max_member_count: Option<u64>,
        /// How many seats it may have.
        pub max_seat_count: Option<u64>,
        /// Whether cameras are off.
        pub is_video_disabled: Option<bool>,
        /// Whether microphones are off.
        pub is_audio_disabled: Option<bool>,
        /// Whether nobody may write.
        pub is_message_disabled: Option<bool>,
        /// Whether nobody may share the screen.
        pub is_screen_sharing_disabled: Option<bool>,
        /// Whether it is not recorded.
        pub is_cloud_recording_disabled: Option<bool>,
        /// The app's own data.
        pub custom_info: Option<String>,
        /// When it is to begin.
        pub schedule_start_time: Option<UnixSeconds>,
        /// When it is to end.
        pub schedule_end_time: Option<UnixSeconds>,
        /// Whether it is under way.
        pub room_status: Option<RoomStatus>,
        /// Whether it has seats.
        pub is_seat_enabled: Option<bool>,
        /// How seats are taken.
        pub take_seat_mode: Option<TakeSeatMode>,
        /// When it was created.
        pub create_time: Option<UnixSeconds>,
    }

    /// After a conference room was created.
    ///
    /// [Source](https://trtc.io/document/60733).
    pub struct AfterCreateRoom = "Room.CallbackAfterCreateRoom" {
        /// The creator.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room.
        pub room_info: RoomInfo,
        /// The users who are invited. The vendor's sample names one of them twice.
        #[serde(rename = "ScheduleInviteeList_Account")]
        pub schedule_invitee_list_account: Vec<Account>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a conference room ended.
    ///
    /// [Source](https://trtc.io/document/60732).
    pub struct AfterDestroyRoom = "Room.CallbackAfterDestroyRoom" {
        /// The account that ended it; not always a person.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room.
        pub room_id: String,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After the profile of a conference room was changed. Called
    /// `Room.CallbackUpdateRoomInfo` until 2024.
    ///
    /// [Source](https://trtc.io/document/60731).
    pub struct AfterUpdateRoomInfo = "Room.CallbackAfterUpdateRoomInfo" {
        /// The user who changed it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room.
        pub room_info: RoomInfo,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After users entered a conference room.
    ///
    /// [Source](https://trtc.io/document/60735).
    pub struct AfterMemberEnter = "Room.CallbackAfterMemberEnter" {
        /// The user who caused it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room.
        pub room_id: String,
        /// How many members are in it now.
        pub member_count: Option<u64>,
        /// How they came in.
        #[serde(rename = "Type")]
        pub change: Option<MemberChange>,
        /// The users who entered.
        #[serde(rename = "MemberList_Account")]
        pub member_list_account: Vec<Account> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After users left a conference room.
    ///
    /// [Source](https://trtc.io/document/60734).
    pub struct AfterMemberLeave = "Room.CallbackAfterMemberLeave" {
        /// The user who caused it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room.
        pub room_id: String,
        /// How many members are in it now.
        pub member_count: Option<u64>,
        /// How they left.
        #[serde(rename = "Type")]
        pub change: Option<MemberChange>,
        /// The users who left.
        #[serde(rename = "MemberList_Account")]
        pub member_list_account: Vec<Account> = required,
        /// Why, in words.
        pub reason: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }
}
