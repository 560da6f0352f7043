//! Live rooms as a whole: creation, profile, metadata, recording, end.

use crate::{
    event::{recording::TaskInfo, room::TakeSeatMode},
    value::{Account, UnixMillis, UnixSeconds},
    wire::{string_enum, wire},
};

string_enum! {
    /// Why a live room ended.
    pub enum DestroyCause {
        /// A user ended it.
        DestroyByUser = "DestroyByUser",
        /// It was empty.
        DestroyBySystem = "DestroyBySystem",
    }
}

wire! {
    /// Facts about a live room. Each webhook sends some of them.
    pub struct RoomInfo {
        /// The room.
        pub room_id: Option<String>,
        /// Its name.
        pub room_name: Option<String>,
        /// Its type: `Live`.
        pub room_type: Option<String>,
        /// The owner.
        #[serde(rename = "Owner_Account")]
        pub owner_account: Option<Account>,
        /// How many members it may have.
        pub max_member_count: Option<u64>,
        /// Whether nobody may write.
        pub is_message_disabled: Option<bool>,
        /// The app's own data.
        pub custom_info: Option<String>,
        /// Whether it has seats.
        pub is_seat_enabled: Option<bool>,
        /// How seats are taken.
        pub take_seat_mode: Option<TakeSeatMode>,
        /// How many seats it may have.
        pub max_seat_count: Option<u64>,
        /// When it was created.
        pub create_time: Option<UnixSeconds>,
        /// Whether it is listed.
        pub is_public_visible: Option<bool>,
        /// The URL of its cover. It need not be a valid one.
        #[serde(rename = "CoverURL")]
        pub cover_url: Option<String>,
        /// Its categories, as the app numbers them.
        pub category: Vec<i64>,
        /// A number of the app's own.
        pub activity_status: Option<i64>,
        /// How often it was viewed.
        pub view_count: Option<u64>,
        /// The URL of its background.
        #[serde(rename = "BackgroundURL")]
        pub background_url: Option<String>,
        /// Whether it may have any number of members.
        pub is_unlimited_room_enabled: Option<bool>,
        /// Moved into [`AfterCreateRoom`], where other bodies have it.
        event_time: Option<UnixMillis>,
    }

    /// After a live room was created.
    ///
    /// [Source](https://trtc.io/document/64422).
    pub struct AfterCreateRoom = "Live.CallbackAfterCreateRoom" via AfterCreateRoom::with_its_own_time {
        /// The creator.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room.
        pub room_info: RoomInfo,
        /// When this happened. Some bodies have it inside `RoomInfo`.
        pub event_time: Option<UnixMillis>,
    }

    /// After a live room ended.
    ///
    /// [Source](https://trtc.io/document/64423).
    pub struct AfterDestroyRoom = "Live.CallbackAfterDestroyRoom" {
        /// The account that ended it; not always a person.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room.
        pub room_id: String,
        /// Why it ended.
        pub event_type: Option<DestroyCause>,
        /// Facts about the room. Sent since 2025.
        pub room_info: Option<RoomInfo>,
        /// What happened in the room. Sent since November 2025.
        pub statistic: Option<Statistic>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// What happened in a live room.
    pub struct Statistic {
        /// How often somebody entered.
        pub total_viewers: Option<u64>,
        /// How many gifts were sent.
        pub total_gifts_sent: Option<u64>,
        /// How many coins they were worth.
        pub total_gift_coins: Option<u64>,
        /// How many users sent gifts.
        pub total_unique_gift_senders: Option<u64>,
        /// How many likes were sent.
        pub total_likes_received: Option<u64>,
    }

    /// After the profile of a live room was changed.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/67938).
    pub struct AfterUpdateRoomInfo = "Live.CallbackAfterUpdateRoomInfo" {
        /// The user who changed it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room, and probably only what changed.
        pub room_info: RoomInfo,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After metadata of a live room was set.
    ///
    /// [Source](https://trtc.io/document/68222).
    pub struct AfterSetMetadata = "Live.CallbackAfterSetMetadata" {
        /// The user who set it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room.
        pub room_id: String,
        /// What was set.
        pub metadata: Vec<Metadata>,
        /// What was deleted: a page of the vendor gives the URL of a deletion this command.
        pub keys: Vec<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// One pair of metadata.
    pub struct Metadata {
        /// Its key.
        pub key: String,
        /// Its value.
        pub value: String,
    }

    /// After metadata of a live room was deleted.
    ///
    /// [Source](https://trtc.io/document/68223).
    pub struct AfterDelMetadata = "Live.CallbackAfterDelMetadata" {
        /// The user who deleted it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room.
        pub room_id: String,
        /// What was deleted.
        pub keys: Vec<String> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// The app has 70 % of the live rooms that it may have.
    ///
    /// [Source](https://trtc.io/document/70485).
    pub struct AfterCreateRoomReachingThreshold = "Live.CallbackAfterCreateRoomReachingThreshold" {
        /// The creator of the last one.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// How many rooms there are.
        pub cur_room_count: u64,
        /// How many there may be.
        pub max_room_count: u64,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After the state of a live room's cloud recording changed: an event of TRTC's
    /// [recording](https://trtc.io/document/54914), in Chat's envelope.
    ///
    /// [Source](https://cloud.tencent.com/document/product/269/129603).
    pub struct AfterCloudRecordingChanged = "Live.CallbackAfterCloudRecordingChanged" {
        /// 3 cloud recording, 8 recording of a web page.
        pub event_group_id: Option<u32>,
        /// What happened: 301 to 312, or 801 to 804.
        pub event_type: u32,
        /// When the webhook was sent.
        pub callback_ts: Option<UnixMillis>,
        /// The event.
        pub event_info: TaskInfo,
    }
}

impl AfterCreateRoom {
    fn with_its_own_time(mut self) -> Self {
        self.event_time = self.event_time.or(self.room_info.event_time.take());
        self
    }
}
