//! Following and followers.

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
