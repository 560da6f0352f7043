//! Topics of communities.
//!
//! They share the console switches of the webhooks for groups.

use super::{CustomField, GroupType};
use crate::{
    value::{Account, OneOrMany},
    wire::wire,
};

wire! {
    /// Before a topic is created. The vendor documents no group here.
    ///
    /// Answered with a [`Verdict`](crate::reply::Verdict).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/49463).
    pub struct BeforeCreateTopic = "Group.CallbackBeforeCreateTopic" {
        /// The creator.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The type of the group: [`GroupType::Community`].
        #[serde(rename = "Type")]
        pub group_type: Option<GroupType>,
        /// The name of the topic.
        pub name: String,
    }

    /// After a topic was created.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/49464).
    pub struct AfterCreateTopic = "Group.CallbackAfterCreateTopic" {
        /// The community.
        pub group_id: String,
        /// The topic.
        pub topic_id: String,
        /// The creator.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The owner.
        #[serde(rename = "Owner_Account")]
        pub owner_account: Option<Account>,
        /// The type of the group: [`GroupType::Community`].
        #[serde(rename = "Type")]
        pub group_type: Option<GroupType>,
        /// Its name.
        pub name: Option<String>,
        /// Custom fields of the topic, if the app has some.
        pub user_defined_data_list: Vec<CustomField>,
    }

    /// After topics were deleted.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/49465).
    pub struct AfterTopicDestroyed = "Group.CallbackAfterTopicDestroyed" {
        /// The community.
        pub group_id: String,
        /// The type of the group: [`GroupType::Community`].
        #[serde(rename = "Type")]
        pub group_type: Option<GroupType>,
        /// The topics.
        pub topic_id_list: OneOrMany,
    }

    /// After the profile of a topic was changed. Only what changed is there. The vendor documents
    /// no id of the topic here.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/49466).
    pub struct AfterTopicInfoChanged = "Group.CallbackAfterTopicInfoChanged" {
        /// The community.
        pub group_id: String,
        /// The type of the group: [`GroupType::Community`].
        #[serde(rename = "Type")]
        pub group_type: Option<GroupType>,
        /// The user who changed it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The new name.
        pub name: Option<String>,
        /// The new introduction.
        pub introduction: Option<String>,
        /// The new announcement.
        pub notification: Option<String>,
        /// The URL of the new picture.
        pub face_url: Option<String>,
    }
}
