//! Messages in groups.

use super::{GroupType, Member};
use crate::{
    event::message_extension::MsgExtension,
    message::MsgBody,
    value::{Account, UnixMillis, UnixSeconds},
    wire::wire,
};

wire! {
    /// Before a message is sent in a group or a live room.
    ///
    /// Answered with a [`MessageVerdict`](crate::reply::MessageVerdict).
    ///
    /// Source: [chat](https://www.tencentcloud.com/document/product/1047/34374),
    /// [live](https://trtc.io/document/74347).
    pub struct BeforeSendMsg = "Group.CallbackBeforeSendMsg" {
        /// The group, or the live room.
        pub group_id: String,
        /// The type of the group; [`GroupType::Live`] for a live room.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The requester: an admin, if the message is sent through the REST API.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The random number of the message, unsigned 32 bits.
        pub random: Option<u32>,
        /// The unique id of the message on the client. Sent since 2024.
        pub msg_id: Option<String>,
        /// 1 if only users who are online get the message, else 0.
        pub online_only_flag: Option<u32>,
        /// The priority of the message, such as `Normal`. Seen, not documented.
        pub msg_priority: Option<String>,
        /// What the message says.
        pub msg_body: MsgBody = required,
        /// The app's own data beside the message.
        pub cloud_custom_data: Option<String>,
        /// The topic, if the message is sent in a topic of a community.
        pub topic_id: Option<String> = none_if_empty,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a message was sent in a group or a live room ("After Room Message Is Sent").
    ///
    /// Source: [chat](https://www.tencentcloud.com/document/product/1047/34375),
    /// [live](https://trtc.io/document/74348).
    pub struct AfterSendMsg = "Group.CallbackAfterSendMsg" {
        /// The group, or the live room.
        pub group_id: String,
        /// The type of the group; [`GroupType::Live`] for a live room.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The requester: an admin, if the message was sent through the REST API.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The random number of the message, unsigned 32 bits.
        pub random: Option<u32>,
        /// The unique id of the message on the client. Sent since 2024.
        pub msg_id: Option<String>,
        /// The sequence number of the message in the group.
        pub msg_seq: Option<u64>,
        /// When the message was sent.
        pub msg_time: Option<UnixSeconds>,
        /// 1 if only users who are online get the message, else 0.
        pub online_only_flag: Option<u32>,
        /// The priority of the message, such as `Normal`. Seen, not documented.
        pub msg_priority: Option<String>,
        /// What the message says.
        pub msg_body: MsgBody = required,
        /// The app's own data beside the message.
        pub cloud_custom_data: Option<String>,
        /// The topic, if the message was sent in a topic of a community.
        pub topic_id: Option<String> = none_if_empty,
        /// The users that the message mentions.
        pub group_at_info: Vec<GroupAt>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// Somebody whom a message mentions.
    pub struct GroupAt {
        /// 1 if it mentions everyone, 0 if it mentions one member.
        pub group_at_all_flag: u32,
        /// The member; absent if it mentions everyone.
        #[serde(rename = "GroupAt_Account")]
        pub group_at_account: Option<Account>,
    }

    /// A message could not be sent in a group.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/49462).
    pub struct SendMsgException = "Group.CallbackSendMsgException" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// The requester: an admin, if the message was sent through the REST API.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The random number of the message, unsigned 32 bits.
        pub random: Option<u32>,
        /// 1 if only users who are online were to get the message, else 0.
        pub online_only_flag: Option<u32>,
        /// What the message says.
        pub msg_body: MsgBody = required,
        /// The app's own data beside the message.
        pub cloud_custom_data: Option<String>,
        /// Why it failed, such as 10023: a
        /// [chat error code](https://www.tencentcloud.com/document/product/1047/34348).
        pub error_code: i64,
        /// Why it failed, in words.
        pub error_info: String,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After messages of a group were recalled.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/46979).
    pub struct AfterRecallMsg = "Group.CallbackAfterRecallMsg" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// The user who recalled the messages.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// The messages.
        pub msg_seq_list: Vec<RecalledMsg> = required,
        /// The topic, if the messages were in a topic of a community.
        pub topic_id: Option<String> = none_if_empty,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// A recalled message.
    pub struct RecalledMsg {
        /// Its sequence number in the group.
        pub msg_seq: u64,
        /// Its unique id on the client. Sent since 2025.
        pub msg_id: Option<String>,
    }

    /// After messages of a group were read, for messages that ask for receipts. Also sent when
    /// such a message is sent.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/60395).
    pub struct AfterReadReceipt = "Group.CallbackAfterReadReceipt" {
        /// The group.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// The receipts, one for each message.
        pub group_msg_receipt_list: Vec<ReadReceipt> = required,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// The receipt of one message.
    pub struct ReadReceipt {
        /// The sequence number of the message.
        pub msg_seq: u64,
        /// How many members have read it.
        pub read_num: u64,
        /// How many members have not.
        pub unread_num: u64,
        /// The members who have read it now.
        pub read_receipt_members: Vec<Member>,
    }

    /// After the extension of a group message was set, deleted or cleared.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/76007).
    pub struct AfterGroupMsgExtension = "Group.CallbackAfterGroupMsgExtension" {
        /// The group.
        pub group_id: String,
        /// The sequence number of the message.
        pub msg_seq: u64,
        /// 1 pairs were set, 2 pairs were deleted, 3 all pairs were cleared.
        pub operate_type: u32,
        /// The pairs concerned; empty if all were cleared.
        pub extension_list: Vec<MsgExtension> = required,
        /// The newest version of the message's extension.
        pub seq: Option<u64>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a message of a group was edited.
    ///
    /// [Source](https://cloud.tencent.com/document/product/269/129193).
    pub struct AfterModifyMsg = "Group.CallbackAfterModifyMsg" {
        /// The group.
        pub group_id: String,
        /// The sequence number of the message.
        pub msg_seq: u64,
        /// The user who edited the message.
        #[serde(rename = "Operator_Account")]
        pub operator_account: Option<Account>,
        /// What the message says now.
        pub msg_body: MsgBody = required,
        /// The topic, if the message is in a topic of a community.
        pub topic_id: Option<String> = none_if_empty,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }
}
