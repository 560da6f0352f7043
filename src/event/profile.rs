//! User profiles.
//!
//! # Example
//!
//! Keep up with the nicknames of users:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, event::profile, reply::Ack, testing};
//! # use tower_tencent_webhook::value::Account;
//!
//! fn nickname(update: &profile::PortraitSet) -> Option<String> {
//!     let mut items = update.profile_item.iter();
//!     let nick = items.find(|item| item.tag == "Tag_Profile_IM_Nick")?;
//!     Some(nick.value.to_text().into_owned())
//! }
//!
//! # async fn rename(_: Account, _: String) {}
//! let handlers = Handlers::new().on(|delivery: Delivery<profile::PortraitSet>| async move {
//!     if let Some(name) = nickname(&delivery.event) {
//!         rename(delivery.event.from_account, name).await;
//!     }
//!     Ack
//! });
//! assert_eq!(nickname(&testing::sample()).as_deref(), Some("Amara of the Air"));
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("Profile.CallbackPortraitSet").unwrap();
//! # let delivery = testing::undecoded("Profile.CallbackPortraitSet", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

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
