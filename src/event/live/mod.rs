//! Live rooms. Their chat is in [`group`](super::group), their seats are in [`mic`](super::mic).
//!
//! # Example
//!
//! ```
//! use tower_tencent_webhook::{Delivery, Handlers, event::live, reply::Verdict};
//!
//! const TOO_MUCH: live::Code = live::Code::new(102_100).unwrap();
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<live::BeforeSendGift>| async move {
//!     match delivery.event.gift_water.coins {
//!         Some(coins) if coins > 10_000 => Verdict::refuse_with(TOO_MUCH, "at most 10000 coins"),
//!         _ => Verdict::Allow,
//!     }
//! });
//! # let _ = handlers;
//! ```

mod battle;
mod member;
mod room;

pub use self::{
    battle::{AfterCreateBattle, AfterEndBattle, AfterStartBattle, BattleRoom},
    member::{
        AdminOperation, AfterChangeOwner, AfterMemberStateChanged, AfterModifyAdmin,
        BeforeSendGift, GiftWater, OnlineCause,
    },
    room::{
        AfterCloudRecordingChanged, AfterCreateRoom, AfterCreateRoomReachingThreshold,
        AfterDelMetadata, AfterDestroyRoom, AfterSetMetadata, AfterUpdateRoomInfo, DestroyCause,
        Metadata, RoomInfo, Statistic,
    },
};
pub use crate::reply::code::GiftCode as Code;
