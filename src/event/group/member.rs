//! Joining, leaving and the state of members.

use super::{GroupType, Member};
use crate::{
    value::{Account, UnixMillis},
    wire::{string_enum, wire},
};

string_enum! {
    /// How members came into a group.
    pub enum JoinType {
        /// They applied.
        Apply = "Apply",
        /// They were invited.
        Invited = "Invited",
    }
}

string_enum! {
    /// How members left a group.
    pub enum ExitType {
        /// They were removed.
        Kicked = "Kicked",
        /// They left.
        Quit = "Quit",
    }
}

string_enum! {
    /// Whether a member is online.
    pub enum OnlineState {
        /// Online.
        Online = "Online",
        /// Offline.
        Offline = "Offline",
    }
}

string_enum! {
    /// Why a member went online or offline.
    pub enum OnlineCause {
        /// The client stopped sending heartbeats.
        HeartbeatInterrupt = "HeartbeatInterrupt",
        /// The client sends heartbeats again.
        HeartbeatRecover = "HeartbeatRecover",
        /// The member joined the group.
        Join = "Join",
        /// The member left the group.
        Quit = "Quit",
    }
}

string_enum! {
    /// What a member may do in a group.
    pub enum MemberRole {
        /// Administer it.
        Admin = "Admin",
        /// Take part.
        Member = "Member",
    }
}

wire! {
    /// Before a user applies to join a group.
    ///
    /// Answered with a [`Verdict`](crate::reply::Verdict). Allowing it does not replace
    /// the approval by a group admin where one is needed.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34370).
    pub struct BeforeApplyJoinGroup = "Group.CallbackBeforeApplyJoinGroup" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// The applicant.
        #[serde(rename = "Requestor_Account")]
        pub requestor_account: Account,
        /// What the applicant writes.
        pub apply_msg: Option<String>,
        /// The topic, if it is a private one.
        pub topic_id: Option<String> = none_if_empty,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// Before users are invited into a group.
    ///
    /// Answered with a [`MemberVerdict`](crate::reply::MemberVerdict), which can refuse some of
    /// them.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34371).
    pub struct BeforeInviteJoinGroup = "Group.CallbackBeforeInviteJoinGroup" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// The inviter.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The users who are invited.
        pub destination_members: Vec<Member> = required,
        /// The topic, if it is a private one.
        pub topic_id: Option<String> = none_if_empty,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After members joined a group.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34372).
    pub struct AfterNewMemberJoin = "Group.CallbackAfterNewMemberJoin" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// How they came in.
        pub join_type: JoinType,
        /// The user who invited or admitted them.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The new members.
        pub new_member_list: Vec<Member> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After members left a group, or were removed.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34373).
    pub struct AfterMemberExit = "Group.CallbackAfterMemberExit" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// How they left.
        pub exit_type: ExitType,
        /// The user who removed them, or who left.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The members who are gone.
        pub exit_member_list: Vec<Member> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// Members of a live-streaming group went online or offline. Offline is noticed 30 seconds
    /// after the last heartbeat; several devices of a member count as one.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/48734).
    pub struct OnMemberStateChange = "Group.CallbackOnMemberStateChange" {
        /// The group.
        pub group_id: String,
        /// The type of the group. Seen, not documented.
        #[serde(rename = "Type")]
        pub group_type: Option<GroupType>,
        /// Whether they are online now.
        pub event_type: OnlineState,
        /// Why. Sent since 2024.
        pub event_cause: Option<OnlineCause>,
        /// The members concerned.
        pub member_list: Vec<Member> = required,
    }

    /// After the profile of a group member was changed.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/60393).
    pub struct AfterMemberFieldChanged = "Group.CallbackAfterMemberFieldChanged" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// The user who changed it.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The member whose profile was changed. Also called `Modified_Account`.
        #[serde(rename = "Member_Account")]
        pub member_account: Account = or [older "Modified_Account"],
        /// The new role, if it changed.
        pub role: Option<MemberRole>,
        /// The new name in the group, if it changed.
        pub name_card: Option<String>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }
}
