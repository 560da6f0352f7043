//! Seats, in live rooms and in conference rooms. Nothing in the body tells which of the two it is.

use crate::{
    value::{Account, UnixMillis},
    wire::wire,
};

wire! {
    /// After the seats of a room changed.
    ///
    /// Source: [live](https://trtc.io/document/64425), [conference](https://trtc.io/document/60736).
    pub struct AfterSeatInfoChanged = "Mic.CallbackAfterSeatInfoChanged" {
        /// The user who changed them; sent for conference rooms.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The room.
        pub room_id: String,
        /// The seats.
        pub seat_list: Vec<Seat> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// One seat.
    pub struct Seat {
        /// Its number.
        pub index: u32,
        /// The occupant; absent if it is free.
        #[serde(rename = "Member_Account")]
        pub member_account: Option<Account> = none_if_empty,
        /// Whether it cannot be taken.
        pub is_taken_disabled: Option<bool>,
        /// Whether the camera is off.
        pub is_video_disabled: Option<bool>,
        /// Whether the microphone is off.
        pub is_audio_disabled: Option<bool>,
    }
}
