//! User profiles.

use crate::{
    value::{Account, RawJson, UnixMillis},
    wire::wire,
};

wire! {
    /// After a user's profile was updated.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/48733).
    pub struct PortraitSet = "Profile.CallbackPortraitSet" {
        /// The user who updated it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The user whose profile it is.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// What was updated.
        pub profile_item: Vec<ProfileItem> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// One field of a profile.
    pub struct ProfileItem {
        /// Its name, such as `Tag_Profile_IM_Nick`.
        pub tag: String,
        /// Its new value; a string or a number, depending on the field.
        pub value: RawJson,
    }
}
