//! Groups, and the chat of live rooms (groups whose type is [`GroupType::Live`]).

use crate::{
    account::Account,
    lenient::wire,
    message::MsgBody,
    time::{UnixMillis, UnixSeconds},
    words::words,
};

pub use crate::reply::code::GroupCode as Code;

words! {
    /// The type of a group.
    ///
    /// Values: [group types](https://www.tencentcloud.com/document/product/1047/33529).
    pub enum GroupType {
        /// A private group: members are invited. Called Work in newer clients.
        Private = "Private",
        /// A public group: users apply to join.
        Public = "Public",
        /// A temporary meeting group: users join freely. Called Meeting in newer clients.
        ChatRoom = "ChatRoom",
        /// A live-streaming group, for any number of members.
        AvChatRoom = "AVChatRoom",
        /// A community, which can have topics.
        Community = "Community",
        /// The chat of a live room.
        Live = "Live",
    }
}

wire! {
    /// Before a message is sent in a group or a live room.
    ///
    /// Answered with a [`MessageVerdict`](crate::reply::MessageVerdict), within 2 seconds.
    ///
    /// Source: [chat](https://www.tencentcloud.com/document/product/1047/34374),
    /// [live](https://trtc.io/document/74347).
    #[serde(tag = "CallbackCommand", rename = "Group.CallbackBeforeSendMsg")]
    pub struct BeforeSendMsg {
        /// The group, or the live room.
        pub group_id: String,
        /// The type of the group.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// Who sends the message.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// Who asked for it: an admin, if the message is sent through the REST API.
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
        pub topic_id: Option<String> = "",
        /// When this happened.
        pub event_time: Option<UnixMillis>,
    }

    /// After a message was sent in a group or a live room ("After Room Message Is Sent").
    ///
    /// Source: [chat](https://www.tencentcloud.com/document/product/1047/34375),
    /// [live](https://trtc.io/document/74348).
    #[serde(tag = "CallbackCommand", rename = "Group.CallbackAfterSendMsg")]
    pub struct AfterSendMsg {
        /// The group, or the live room.
        pub group_id: String,
        /// The type of the group; [`GroupType::Live`] for a live room.
        #[serde(rename = "Type")]
        pub group_type: GroupType,
        /// Who sent the message.
        #[serde(rename = "From_Account")]
        pub from_account: Account,
        /// Who asked for it: an admin, if the message was sent through the REST API.
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
        pub topic_id: Option<String> = "",
        /// Whom the message mentions.
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
}
