//! Seats, in live rooms and in conference rooms. Nothing in the body tells which of the two it is.
//!
//! # Example
//!
//! Who can be heard:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{value::Account, Delivery, Handlers, reply::Ack, testing};
//! use tower_tencent_webhook::event::mic::{AfterSeatInfoChanged, Seat};
//!
//! fn speakers(seats: &[Seat]) -> Vec<&Account> {
//!     let open = seats.iter().filter(|seat| seat.is_audio_disabled != Some(true));
//!     open.filter_map(|seat| seat.member_account.as_ref()).collect()
//! }
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<AfterSeatInfoChanged>| async move {
//!     let change = delivery.event;
//!     println!("{} can be heard in {}", speakers(&change.seat_list).len(), change.room_id);
//!     Ack
//! });
//! let seats = testing::sample::<AfterSeatInfoChanged>().seat_list;
//! assert_eq!(speakers(&seats), [&Account::from("amara"), &Account::from("lou")]);
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("Mic.CallbackAfterSeatInfoChanged").unwrap();
//! # let delivery = testing::undecoded("Mic.CallbackAfterSeatInfoChanged", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use crate::{
    value::{Account, UnixMillis},
    wire::wire,
};

wire! {
    /// After the seats of a room changed.
    ///
    /// Source: [live](https://trtc.io/document/64425),
    /// [conference](https://trtc.io/document/60736).
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
