//! Results of the content review.
//!
//! # Example
//!
//! Let a person look at what passed in doubt. What was blocked needs nobody:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, reply::Ack, testing};
//! use tower_tencent_webhook::event::content_callback::{ResultNotify, Suggestion};
//!
//! fn in_doubt(result: &ResultNotify) -> bool {
//!     result.ctxcb_result == 0 && result.ctxcb_suggestion == Some(Suggestion::Review)
//! }
//!
//! # async fn queue(_: ResultNotify) -> std::io::Result<()> { Ok(()) }
//! let handlers = Handlers::new().on(|delivery: Delivery<ResultNotify>| async move {
//!     if in_doubt(&delivery.event) {
//!         queue(delivery.event).await?;
//!     }
//!     Ok::<_, std::io::Error>(Ack)
//! });
//! // The sample is an advert that was blocked.
//! assert!(!in_doubt(&testing::sample()));
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("ContentCallback.ResultNotify").unwrap();
//! # let delivery = testing::undecoded("ContentCallback.ResultNotify", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use crate::{
    value::{Account, OneOrMany},
    wire::{string_enum, wire},
};

string_enum! {
    /// Where the reviewed content appeared.
    pub enum Scene {
        /// A one-to-one message.
        C2C = "C2C",
        /// The custom element of a one-to-one message.
        C2CCustom = "C2CCustom",
        /// A message in a group.
        Group = "Group",
        /// The custom element of a message in a group.
        GroupCustom = "GroupCustom",
        /// The profile of a group.
        GroupInfo = "GroupInfo",
        /// The profile of a group member.
        GroupMemberInfo = "GroupMemberInfo",
        /// Data of a friendship.
        RelationChain = "RelationChain",
        /// The profile of a user.
        UserInfo = "UserInfo",
    }
}

string_enum! {
    /// The kind of the reviewed content.
    pub enum ContentType {
        /// Text.
        Text = "Text",
        /// An image.
        Image = "Image",
        /// A sound.
        Audio = "Audio",
        /// A video.
        Video = "Video",
    }
}

string_enum! {
    /// What the review advises.
    pub enum Suggestion {
        /// Block it.
        Block = "Block",
        /// Let a person look at it.
        Review = "Review",
        /// Let it pass.
        Normal = "Normal",
    }
}

string_enum! {
    /// What the review found.
    pub enum Label {
        /// Nothing.
        Normal = "Normal",
        /// Something illegal.
        Illegal = "Illegal",
        /// Abuse.
        Abuse = "Abuse",
        /// Politics.
        Polity = "Polity",
        /// An advert.
        Ad = "Ad",
        /// Pornography.
        Porn = "Porn",
        /// Something sexually suggestive.
        Sexy = "Sexy",
        /// Terrorism.
        Terror = "Terror",
        /// More than one of these.
        Composite = "Composite",
    }
}

wire! {
    /// A result of the content review; by default only of content that violates the rules.
    ///
    /// Its body does not name the command, and its URL names neither a client nor a platform.
    ///
    /// [Source](https://cloud.tencent.com/document/product/269/95616).
    pub struct ResultNotify {
        /// Where the content appeared.
        pub scene: Scene,
        /// The app.
        pub sdk_app_id: Option<u64>,
        /// The author.
        #[serde(rename = "From_Account")]
        pub from_account: Option<Account>,
        /// The recipient, if it is a message.
        pub contact_item: Option<ContactItem>,
        /// Its kind.
        pub content_type: Option<ContentType>,
        /// The texts that were reviewed; several for a custom element.
        pub text_content: Option<OneOrMany>,
        /// The URL of the image, sound or video that was reviewed.
        #[serde(rename = "FileURL")]
        pub file_url: Option<String>,
        /// The key of a one-to-one message, or the sequence number of a message in a group;
        /// absent if that was blocked.
        #[serde(rename = "MsgID")]
        pub msg_id: Option<String>,
        /// 1 it was blocked, 0 it passed.
        pub ctxcb_result: u32,
        /// The id of the review.
        pub ctxcb_request_id: Option<String>,
        /// The words that were found.
        pub ctxcb_keywords: Vec<String>,
        /// What the review advises.
        pub ctxcb_suggestion: Option<Suggestion>,
        /// What the review found.
        pub ctxcb_label: Option<Label>,
        /// What exactly it found.
        pub ctxcb_sub_label: Option<String>,
        /// The same in words.
        pub ctxcb_sub_label_desc: Option<String>,
        /// The library of words that has what was found.
        pub ctxcb_lib_name: Option<String>,
        /// The app's own data beside the message.
        pub cloud_custom_data: Option<String>,
    }

    /// The recipient of a reviewed message.
    pub struct ContactItem {
        /// 1 a user, 2 a group.
        pub contact_type: u32,
        /// The user.
        #[serde(rename = "To_Account")]
        pub to_account: Option<Account>,
        /// The group.
        pub to_group_id: Option<String>,
    }
}
