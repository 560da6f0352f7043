//! Battles between live rooms.

use crate::{
    value::{Account, UnixMillis, UnixSeconds},
    wire::wire,
};

wire! {
    /// After a battle was created.
    ///
    /// [Source](https://trtc.io/document/68259).
    pub struct AfterCreateBattle = "Live.CallbackAfterCreateBattle" {
        /// The creator.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The battle.
        pub battle_id: String,
        /// The room that challenges.
        pub from_room_id: String,
        /// The rooms that are challenged.
        pub to_room_id_list: Vec<String> = required,
        /// Milliseconds in which to respond.
        pub timeout: Option<u64>,
        /// Milliseconds it lasts.
        pub duration: Option<u64>,
        /// Whether the rooms have to respond.
        pub need_response: Option<bool>,
        /// The app's own data.
        pub extension_info: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a battle started.
    ///
    /// [Source](https://trtc.io/document/68260).
    pub struct AfterStartBattle = "Live.CallbackAfterStartBattle" {
        /// The battle.
        pub battle_id: String,
        /// Milliseconds it lasts.
        pub duration: Option<u64>,
        /// When it was created.
        pub create_time: Option<UnixSeconds>,
        /// When it started.
        pub start_time: Option<UnixSeconds>,
        /// The room that challenges.
        pub from_room_info: Option<BattleRoom>,
        /// The rooms that are challenged.
        pub to_room_list: Vec<BattleRoom>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a battle ended.
    ///
    /// [Source](https://trtc.io/document/68261).
    pub struct AfterEndBattle = "Live.CallbackAfterEndBattle" {
        /// The battle.
        pub battle_id: String,
        /// Milliseconds it was to last.
        pub duration: Option<u64>,
        /// When it was created.
        pub create_time: Option<UnixSeconds>,
        /// When it started.
        pub start_time: Option<UnixSeconds>,
        /// When it ended.
        pub end_time: Option<UnixSeconds>,
        /// Why: 0 time is up, 1 all hosts left, 2 nobody joined.
        pub op_type: Option<u32>,
        /// The room that challenged.
        pub from_room_info: Option<BattleRoom>,
        /// The rooms that were challenged.
        pub to_room_list: Vec<BattleRoom>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// A room in a battle.
    pub struct BattleRoom {
        /// The room.
        pub room_id: String,
        /// Its score, when the battle has ended.
        pub score: Option<i64>,
        /// The owner.
        #[serde(rename = "Owner_Account")]
        pub owner_account: Option<Account>,
    }
}
