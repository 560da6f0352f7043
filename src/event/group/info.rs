//! Groups as a whole: creation, profile, attributes, end.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;

use super::{CustomField, GroupType, Member};
use crate::{
    value::{Account, UnixMillis},
    wire::{lenient::Lenient, string_enum, wire},
};

string_enum! {
    /// What was done to the attributes of a group.
    pub enum AttrOperation {
        /// All were replaced.
        Set = "set",
        /// Some were changed.
        Modify = "modify",
        /// All were removed.
        Clear = "clear",
        /// Some were removed.
        Delete = "delete",
    }
}

wire! {
    /// Before a group is created.
    ///
    /// Answered with a [`Verdict`](crate::reply::Verdict).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34368).
    pub struct BeforeCreateGroup = "Group.CallbackBeforeCreateGroup" {
        /// The creator.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The intended owner.
        #[serde(rename = "Owner_Account")]
        pub owner_account: Option<Account>,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// Its name.
        pub name: Option<String>,
        /// How many groups of the type the user has created before. Called `CreatedNum` until 2020
        /// and `CreatedGroupNum` until 2022.
        pub create_group_num: Option<CreatedGroups> = or [older "CreatedGroupNum"] [oldest "CreatedNum"],
        /// Who may invite, such as `DisableInvite`. Seen, not documented.
        pub invite_option: Option<String>,
        /// The first members.
        pub member_list: Vec<Member>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a group was created.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34369).
    pub struct AfterCreateGroup = "Group.CallbackAfterCreateGroup" {
        /// The group. One table of the vendor calls it `groupID`.
        pub group_id: String = or [older "groupID"],
        /// The creator.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The owner.
        #[serde(rename = "Owner_Account")]
        pub owner_account: Option<Account>,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// Its name.
        pub name: Option<String>,
        /// The first members.
        pub member_list: Vec<Member>,
        /// Custom fields of the group, if the app has some.
        pub user_defined_data_list: Vec<CustomField>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// A group is full. Also sent when somebody could not join for that reason.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34376).
    pub struct AfterGroupFull = "Group.CallbackAfterGroupFull" {
        /// The group.
        pub group_id: String,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a group was disbanded.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34377).
    pub struct AfterGroupDestroyed = "Group.CallbackAfterGroupDestroyed" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// The owner.
        #[serde(rename = "Owner_Account")]
        pub owner_account: Option<Account>,
        /// Its name.
        pub name: Option<String>,
        /// The last members; not sent for communities.
        pub member_list: Vec<Member>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After the profile of a group was changed. Only what changed is there.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34378).
    pub struct AfterGroupInfoChanged = "Group.CallbackAfterGroupInfoChanged" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
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
        /// The changed custom fields. Sent until 2020.
        pub user_defined_data_list: Vec<CustomField>,
        /// Whether all members are muted: `On` or `Off`. Seen, not documented.
        pub shut_up_all_member: Option<String>,
        /// How users join. Seen, not documented.
        pub apply_join_option: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After the attributes of a group were changed.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/60394).
    pub struct AfterGroupAttrChanged = "Group.CallbackAfterGroupAttrChanged" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// The user who changed them.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// What was done.
        #[serde(rename = "OptionType")]
        pub option_type: AttrOperation,
        /// The attributes concerned.
        pub group_attr: Vec<GroupAttr>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// One attribute of a group.
    pub struct GroupAttr {
        /// Its name.
        #[serde(rename = "key")]
        pub key: String,
        /// Its value; absent if it was removed.
        #[serde(rename = "value")]
        pub value: Option<String>,
    }

    /// After a group got another owner.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/60396).
    pub struct AfterChangeGroupOwner = "Group.CallbackAfterChangeGroupOwner" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// The user who changed it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The previous owner.
        #[serde(rename = "OldOwner_Account")]
        pub old_owner_account: Account,
        /// The new owner.
        #[serde(rename = "NewOwner_Account")]
        pub new_owner_account: Account,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// The app has used 70 % of the groups it may add in a day.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/57455).
    pub struct OnDailyGroupQuotaAlarm = "Group.CallbackOnDailyGroupQuotaAlarm" {
        /// Groups added today, less those that ended.
        pub quota_used: u64,
        /// How many may be added in a day.
        pub quota: u64,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }
}

/// How many groups a user has created.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum CreatedGroups {
    /// Of the type in question.
    Number(u64),
    /// Of each type. Seen, not documented.
    ByType(BTreeMap<String, u64>),
}

impl<'de> Lenient<'de> for CreatedGroups {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <Box<RawValue>>::deserialize(deserializer)?;
        let read = if json.get().starts_with('{') {
            serde_json::from_str(json.get()).map(Self::ByType)
        } else {
            u64::read(&mut serde_json::Deserializer::from_str(json.get())).map(Self::Number)
        };
        read.map_err(|_| de::Error::custom("neither a number nor numbers by type"))
    }
}

/// Does not show the numbers.
impl fmt::Debug for CreatedGroups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CreatedGroups")
    }
}
