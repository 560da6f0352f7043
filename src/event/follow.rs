//! Following and followers.
//!
//! # Example
//!
//! The two webhooks name those who are followed in two shapes:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, event::follow, reply::Ack};
//! # use tower_tencent_webhook::value::Account;
//!
//! # async fn count_followers(_: &Account, _: i64) {}
//! let handlers = Handlers::new()
//!     .on(|delivery: Delivery<follow::AfterFollowAdd>| async move {
//!         for followed in &delivery.event.follow_list {
//!             count_followers(&followed.to_account, 1).await;
//!         }
//!         Ack
//!     })
//!     .on(|delivery: Delivery<follow::AfterFollowDelete>| async move {
//!         for account in &delivery.event.to_account {
//!             count_followers(account, -1).await;
//!         }
//!         Ack
//!     });
//! # use tower_tencent_webhook::testing;
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("Follow.CallbackAfterFollowAdd").unwrap();
//! # let delivery = testing::undecoded("Follow.CallbackAfterFollowAdd", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use crate::{
    value::{Account, UnixMillis},
    wire::wire,
};

wire! {
    /// After users were followed.
    ///
    /// [Source](https://trtc.io/document/70355).
    pub struct AfterFollowAdd = "Follow.CallbackAfterFollowAdd" {
        /// The follower.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The users who are followed.
        pub follow_list: Vec<Followed> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// A user who is followed.
    pub struct Followed {
        /// The user.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
    }

    /// After users were unfollowed.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/74357).
    pub struct AfterFollowDelete = "Follow.CallbackAfterFollowDelete" {
        /// The former follower.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The users who were unfollowed.
        #[serde(rename = "To_Account")]
        pub to_account: Vec<Account> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }
}
