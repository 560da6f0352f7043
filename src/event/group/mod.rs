//! Groups and their topics, and the chat of live rooms (groups of the type [`GroupType::Live`]).
//!
//! # Example
//!
//! ```
//! use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::Verdict};
//!
//! const FULL: group::Code = group::Code::new(10_101).unwrap();
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<group::BeforeApplyJoinGroup>| async move {
//!     match delivery.event.group_type {
//!         group::GroupType::Public => Verdict::refuse_with(FULL, "come back tomorrow"),
//!         _ => Verdict::Allow,
//!     }
//! });
//! # let _ = handlers;
//! ```

mod info;
mod member;
mod message;
mod topic;

pub use self::{
    info::{
        AfterChangeGroupOwner, AfterCreateGroup, AfterGroupAttrChanged, AfterGroupDestroyed,
        AfterGroupFull, AfterGroupInfoChanged, AttrOperation, BeforeCreateGroup, CreatedGroups,
        GroupAttr, OnDailyGroupQuotaAlarm,
    },
    member::{
        AfterMemberExit, AfterMemberFieldChanged, AfterNewMemberJoin, BeforeApplyJoinGroup,
        BeforeInviteJoinGroup, ExitType, JoinType, MemberRole, OnMemberStateChange, OnlineCause,
        OnlineState,
    },
    message::{
        AfterGroupMsgExtension, AfterModifyMsg, AfterReadReceipt, AfterRecallMsg, AfterSendMsg,
        BeforeSendMsg, GroupAt, ReadReceipt, RecalledMsg, SendMsgException,
    },
    topic::{AfterCreateTopic, AfterTopicDestroyed, AfterTopicInfoChanged, BeforeCreateTopic},
};
pub use crate::reply::code::GroupCode as Code;
use crate::{
    value::{Account, RawJson},
    wire::{string_enum, wire},
};

string_enum! {
    /// The type of a group.
    ///
    /// Values: [group types](https://www.tencentcloud.com/document/product/1047/33529).
    pub enum GroupType {
        /// A private group: members are invited.
        Private = "Private",
        /// A private group, by its newer name.
        Work = "Work",
        /// A public group: users apply to join.
        Public = "Public",
        /// A temporary meeting group: users join freely.
        ChatRoom = "ChatRoom",
        /// A temporary meeting group, by its newer name.
        Meeting = "Meeting",
        /// A live-streaming group, for any number of members.
        AvChatRoom = "AVChatRoom",
        /// A community, which can have topics.
        Community = "Community",
        /// The chat of a live room.
        Live = "Live",
    }
}

wire! {
    /// A member, in a list of members.
    pub struct Member {
        /// The member.
        #[serde(rename = "Member_Account")]
        pub member_account: Account,
    }

    /// A custom field of a group or topic, as the app defined it in the console.
    pub struct CustomField {
        /// Its name.
        pub key: String,
        /// Its value, usually a string.
        pub value: RawJson,
    }
}
