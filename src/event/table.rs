//! The table of the commands in URLs. A new command is one row here, one struct and one fixture.

use super::{
    alert, bot, c2c, call, chatbot,
    command::{KeyRule, commands},
    content_callback, follow, group, live, mic, official_account, profile, push, room, sns, state,
};
use crate::reply::{
    Ack, FriendVerdict, MemberVerdict, MessageVerdict, SignalReply, SubscriberVerdict, Verdict,
};

commands! {
    /// Every documented webhook, by command. See the [module docs](crate::event) for an example.
    pub enum Event;

    /// Every command of this release.
    ///
    /// These commands are known by name only, since no public page shows their body. They
    /// arrive as [`Event::Unknown`]: `createRoom`, `destroyRoom`, `updateRoomInfo`,
    /// `enterRoom`, `exitRoom`, `updateUserRole`, `takeSeat` and `leaveSeat` of the oldest room
    /// kit. `Live.CallbackBeforeCallBackNotBlock` is a
    /// switch of the console and is never sent.
    pub const COMMANDS, key KeyRule::Body;

    "Group.CallbackBeforeCreateGroup" GroupBeforeCreateGroup(group::BeforeCreateGroup) -> Verdict<group::Code>,
        "https://www.tencentcloud.com/document/product/1047/34368", "before a group is created", "创建群组之前回调";
    "Group.CallbackAfterCreateGroup" GroupAfterCreateGroup(group::AfterCreateGroup) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34369", "after a group is created", "创建群组之后回调";
    "Group.CallbackBeforeApplyJoinGroup" GroupBeforeApplyJoinGroup(group::BeforeApplyJoinGroup) -> Verdict<group::Code>,
        "https://www.tencentcloud.com/document/product/1047/34370", "before a user applies to join", "申请入群之前回调";
    "Group.CallbackBeforeInviteJoinGroup" GroupBeforeInviteJoinGroup(group::BeforeInviteJoinGroup) -> MemberVerdict,
        "https://www.tencentcloud.com/document/product/1047/34371", "before users are invited into a group", "拉人入群之前回调";
    "Group.CallbackAfterNewMemberJoin" GroupAfterNewMemberJoin(group::AfterNewMemberJoin) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34372", "after members join a group", "新成员入群之后回调";
    "Group.CallbackAfterMemberExit" GroupAfterMemberExit(group::AfterMemberExit) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34373", "after members leave or are removed", "群成员离开之后回调";
    "Group.CallbackBeforeSendMsg" GroupBeforeSendMsg(group::BeforeSendMsg) -> MessageVerdict<group::Code>,
        "https://www.tencentcloud.com/document/product/1047/34374", "before a group message is sent", "群内发言之前回调";
    "Group.CallbackAfterSendMsg" GroupAfterSendMsg(group::AfterSendMsg) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34375", "after a group message is sent", "群内发言之后回调",
        key KeyRule::Message { needs: &["GroupId", "From_Account", "MsgSeq"], also: &["TopicId", "MsgTime", "Random"] };
    "Group.CallbackAfterGroupFull" GroupAfterGroupFull(group::AfterGroupFull) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34376", "after a group is full", "群组满员之后回调";
    "Group.CallbackAfterGroupDestroyed" GroupAfterGroupDestroyed(group::AfterGroupDestroyed) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34377", "after a group is disbanded", "群组解散之后回调";
    "Group.CallbackAfterGroupInfoChanged" GroupAfterGroupInfoChanged(group::AfterGroupInfoChanged) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34378", "after a group profile is changed", "群组资料变动之后回调";
    "Group.CallbackOnMemberStateChange" GroupOnMemberStateChange(group::OnMemberStateChange) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/48734", "a member of a live-streaming group goes online or offline", "直播群成员在线状态回调",
        key KeyRule::Never;
    "Group.CallbackSendMsgException" GroupSendMsgException(group::SendMsgException) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/49462", "a group message could not be sent", "发送群聊消息异常回调";
    "Group.CallbackAfterRecallMsg" GroupAfterRecallMsg(group::AfterRecallMsg) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/46979", "after group messages are recalled", "撤回群消息之后回调";
    "Group.CallbackBeforeCreateTopic" GroupBeforeCreateTopic(group::BeforeCreateTopic) -> Verdict<group::Code>,
        "https://www.tencentcloud.com/document/product/1047/49463", "before a topic is created", "创建话题之前回调";
    "Group.CallbackAfterCreateTopic" GroupAfterCreateTopic(group::AfterCreateTopic) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/49464", "after a topic is created", "创建话题之后回调",
        key KeyRule::Never;
    "Group.CallbackAfterTopicDestroyed" GroupAfterTopicDestroyed(group::AfterTopicDestroyed) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/49465", "after topics are deleted", "解散话题之后回调",
        key KeyRule::Never;
    "Group.CallbackAfterTopicInfoChanged" GroupAfterTopicInfoChanged(group::AfterTopicInfoChanged) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/49466", "after a topic profile is changed", "话题资料修改之后回调",
        key KeyRule::Never;
    "Group.CallbackAfterMemberFieldChanged" GroupAfterMemberFieldChanged(group::AfterMemberFieldChanged) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/60393", "after a group member profile is changed", "群成员资料变更后回调";
    "Group.CallbackAfterGroupAttrChanged" GroupAfterGroupAttrChanged(group::AfterGroupAttrChanged) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/60394", "after group attributes are changed", "群自定义属性变更后回调";
    "Group.CallbackAfterReadReceipt" GroupAfterReadReceipt(group::AfterReadReceipt) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/60395", "after group messages with receipts are read", "已读回执后回调";
    "Group.CallbackAfterChangeGroupOwner" GroupAfterChangeGroupOwner(group::AfterChangeGroupOwner) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/60396", "after the group owner is changed", "转让群主后回调";
    "Group.CallbackOnDailyGroupQuotaAlarm" GroupOnDailyGroupQuotaAlarm(group::OnDailyGroupQuotaAlarm) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/57455", "70 % of the groups that may be added in a day are used", "群组日净增上限阈值告警回调";
    "Group.CallbackAfterGroupMsgExtension" GroupAfterGroupMsgExtension(group::AfterGroupMsgExtension) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/76007", "after a group message's extension is set, deleted or cleared", "设置群消息扩展回调";
    "Group.CallbackAfterModifyMsg" GroupAfterModifyMsg(group::AfterModifyMsg) -> Ack,
        "https://cloud.tencent.com/document/product/269/129193", "after a group message is edited", "群内消息编辑后回调";

    "C2C.CallbackBeforeSendMsg" C2CBeforeSendMsg(c2c::BeforeSendMsg) -> MessageVerdict<c2c::Code>,
        "https://www.tencentcloud.com/document/product/1047/34364", "before a one-to-one message is sent", "发单聊消息之前回调";
    "C2C.CallbackAfterSendMsg" C2CAfterSendMsg(c2c::AfterSendMsg) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34365", "after a one-to-one message is sent", "发单聊消息之后回调",
        key KeyRule::Message { needs: &["From_Account", "To_Account", "MsgKey"], also: &["SendMsgResult"] };
    "C2C.CallbackAfterMsgReport" C2CAfterMsgReport(c2c::AfterMsgReport) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/43465", "after one-to-one messages are marked as read", "单聊消息已读上报后回调";
    "C2C.CallbackAfterMsgWithDraw" C2CAfterMsgWithDraw(c2c::AfterMsgWithDraw) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/43466", "after a one-to-one message is recalled", "单聊消息撤回后回调";
    "C2C.CallbackAfterModifyMsg" C2CAfterModifyMsg(c2c::AfterModifyMsg) -> Ack,
        "https://cloud.tencent.com/document/product/269/128224", "after a one-to-one message is edited", "单聊消息编辑之后回调";
    "C2C.CallbackAfterC2CMsgExtension" C2CAfterC2CMsgExtension(c2c::AfterC2CMsgExtension) -> Ack,
        "https://cloud.tencent.com/document/product/269/126475", "after the extension of a one-to-one message is set, deleted or cleared", "设置单聊消息扩展回调";

    "Sns.CallbackPrevFriendAdd" SnsPrevFriendAdd(sns::PrevFriendAdd) -> FriendVerdict,
        "https://www.tencentcloud.com/document/product/1047/43468", "before friends are added", "添加好友之前回调";
    "Sns.CallbackPrevFriendResponse" SnsPrevFriendResponse(sns::PrevFriendResponse) -> FriendVerdict,
        "https://www.tencentcloud.com/document/product/1047/43467", "before a friend request is answered", "添加好友回应之前回调";
    "Sns.CallbackFriendAdd" SnsFriendAdd(sns::FriendAdd) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34359", "after friends are added", "添加好友之后回调",
        key KeyRule::Never;
    "Sns.CallbackFriendDelete" SnsFriendDelete(sns::FriendDelete) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34360", "after friends are deleted", "删除好友之后回调",
        key KeyRule::Never;
    "Sns.CallbackBlackListAdd" SnsBlackListAdd(sns::BlackListAdd) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34361", "after users are put on a blocklist", "添加黑名单之后回调",
        key KeyRule::Never;
    "Sns.CallbackBlackListDelete" SnsBlackListDelete(sns::BlackListDelete) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34362", "after users are taken off a blocklist", "删除黑名单之后回调",
        key KeyRule::Never;

    "Profile.CallbackPortraitSet" ProfilePortraitSet(profile::PortraitSet) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/48733", "after a user profile is updated", "更新资料之后回调";

    "State.StateChange" StateStateChange(state::StateChange) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34357", "a user's online status changes", "状态变更回调";

    "Follow.CallbackAfterFollowAdd" FollowAfterFollowAdd(follow::AfterFollowAdd) -> Ack,
        "https://trtc.io/document/70355", "after users are followed", "关注之后回调";
    "Follow.CallbackAfterFollowDelete" FollowAfterFollowDelete(follow::AfterFollowDelete) -> Ack,
        "https://www.tencentcloud.com/document/product/647/74357", "after users are unfollowed", "取关之后回调";

    "OfficialAccount.CallbackBeforeCreateOfficialAccount" OfficialAccountBeforeCreateOfficialAccount(official_account::BeforeCreateOfficialAccount) -> Verdict<official_account::Code>,
        "https://tencentcloud.com/document/product/1047/60795", "before an official account is created", "创建公众号之前回调";
    "OfficialAccount.CallbackAfterCreateOfficialAccount" OfficialAccountAfterCreateOfficialAccount(official_account::AfterCreateOfficialAccount) -> Ack,
        "https://tencentcloud.com/document/product/1047/60796", "after an official account is created", "创建公众号之后回调";
    "OfficialAccount.CallbackAfterOfficialAccountInfoChanged" OfficialAccountAfterOfficialAccountInfoChanged(official_account::AfterOfficialAccountInfoChanged) -> Ack,
        "https://tencentcloud.com/document/product/1047/60797", "after an official account profile changes", "公众号资料变动之后回调";
    "OfficialAccount.CallbackAfterOfficialAccountDestroyed" OfficialAccountAfterOfficialAccountDestroyed(official_account::AfterOfficialAccountDestroyed) -> Ack,
        "https://tencentcloud.com/document/product/1047/60798", "after an official account is destroyed", "销毁公众号之后回调";
    "OfficialAccount.CallbackBeforeAddSubscriber" OfficialAccountBeforeAddSubscriber(official_account::BeforeAddSubscriber) -> SubscriberVerdict,
        "https://tencentcloud.com/document/product/1047/60799", "before users subscribe to an official account", "订阅公众号之前回调";
    "OfficialAccount.CallbackAfterAddSubscriber" OfficialAccountAfterAddSubscriber(official_account::AfterAddSubscriber) -> Ack,
        "https://trtc.io/document/60800", "after users subscribe to an official account", "订阅公众号之后回调";
    "OfficialAccount.CallbackAfterOfficialAccountFull" OfficialAccountAfterOfficialAccountFull(official_account::AfterOfficialAccountFull) -> Ack,
        "https://tencentcloud.com/document/product/1047/60801", "after an official account is full", "公众号可订阅的人数已满之后回调";
    "OfficialAccount.CallbackAfterDeleteSubscriber" OfficialAccountAfterDeleteSubscriber(official_account::AfterDeleteSubscriber) -> Ack,
        "https://tencentcloud.com/document/product/1047/60802", "after users unsubscribe from an official account", "删除订阅者之后回调";
    "OfficialAccount.CallbackBeforeSendMsg" OfficialAccountBeforeSendMsg(official_account::BeforeSendMsg) -> MessageVerdict<official_account::Code>,
        "https://tencentcloud.com/document/product/1047/60803", "before an official account message is sent", "发公众号消息之前回调";
    "OfficialAccount.CallbackAfterSendMsg" OfficialAccountAfterSendMsg(official_account::AfterSendMsg) -> Ack,
        "https://trtc.io/document/60804", "after an official account message is sent", "发公众号消息之后回调",
        key KeyRule::Message { needs: &["Official_Account", "MsgKey"], also: &[] };
    "OfficialAccount.CallbackAfterMsgWithDraw" OfficialAccountAfterMsgWithDraw(official_account::AfterMsgWithDraw) -> Ack,
        "https://tencentcloud.com/document/product/1047/60805", "after official account messages are recalled", "撤回公众号消息之后回调";

    "Push.OfflinePush" PushOfflinePush(push::OfflinePush) -> Ack,
        "https://tencentcloud.com/document/product/1047/67552", "results of pushing ordinary messages", "其他推送回调",
        key KeyRule::Never;
    "Push.AllMemberPush" PushAllMemberPush(push::AllMemberPush) -> Ack,
        "https://tencentcloud.com/document/product/1047/67551", "results of pushes to all users, to a tag or to one user", "全员/标签/单推回调",
        key KeyRule::Never;

    "Bot.OnC2CMessage" BotOnC2CMessage(bot::OnC2CMessage) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/68952", "a one-to-one message is sent to a chatbot", "单聊机器人消息回调",
        key KeyRule::Message { needs: &["From_Account", "To_Account", "MsgKey"], also: &["SendMsgResult"] };
    "Bot.OnGroupMessage" BotOnGroupMessage(bot::OnGroupMessage) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/68953", "a chatbot is mentioned in a group", "群内@机器人之后回调",
        key KeyRule::Message { needs: &["GroupId", "From_Account", "MsgSeq"], also: &["TopicId", "MsgTime", "Random", "AtRobots_Account"] };

    "Chatbot.OnC2CSignalMessage" ChatbotOnC2CSignalMessage(chatbot::OnC2CSignalMessage) -> SignalReply,
        "https://www.tencentcloud.com/document/product/1047/59057", "a user sends data of the app to a smart chatbot", "智能机器人自定义消息回调";

    "ContentCallback.ResultNotify" ContentCallbackResultNotify(content_callback::ResultNotify) -> Ack,
        "https://cloud.tencent.com/document/product/269/95616", "a result of the content review", "审核结果回调",
        key KeyRule::BodyWith("CtxcbRequestId");

    "Alert.RequestOverLimit" AlertRequestOverLimit(alert::RequestOverLimit) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/60256", "a REST interface is close to its limit", "接口超频告警回调",
        key KeyRule::Never;

    "Live.CallbackAfterCreateRoom" LiveAfterCreateRoom(live::AfterCreateRoom) -> Ack,
        "https://trtc.io/document/64422", "after a live room is created", "创建房间之后回调";
    "Live.CallbackAfterDestroyRoom" LiveAfterDestroyRoom(live::AfterDestroyRoom) -> Ack,
        "https://trtc.io/document/64423", "after a live room is destroyed", "解散房间之后回调";
    "Live.CallbackAfterUpdateRoomInfo" LiveAfterUpdateRoomInfo(live::AfterUpdateRoomInfo) -> Ack,
        "https://www.tencentcloud.com/document/product/647/67938", "after a live room's profile changes", "更新房间信息之后回调";
    "Live.CallbackAfterSetMetadata" LiveAfterSetMetadata(live::AfterSetMetadata) -> Ack,
        "https://trtc.io/document/68222" body "Live.CallbackAfterDelMetadata", "after metadata of a live room is set", "设置房间自定义信息之后回调";
    "Live.CallbackAfterDelMetadata" LiveAfterDelMetadata(live::AfterDelMetadata) -> Ack,
        "https://trtc.io/document/68223" body "Live.CallbackAfterSetMetadata", "after metadata of a live room is deleted", "删除房间自定义信息之后回调";
    "Live.CallbackAfterCreateRoomReachingThreshold" LiveAfterCreateRoomReachingThreshold(live::AfterCreateRoomReachingThreshold) -> Ack,
        "https://trtc.io/document/70485", "70 % of the live rooms that there may be exist", "创建房间达到70%预警回调";
    "Live.CallbackAfterMemberStateChanged" LiveAfterMemberStateChanged(live::AfterMemberStateChanged) -> Ack,
        "https://trtc.io/document/64424" also "Live.CallbackMemberStateChanged", "a member goes online or offline in a live room", "房间成员状态变更回调";
    "Live.CallbackAfterChangeOwner" LiveAfterChangeOwner(live::AfterChangeOwner) -> Ack,
        "https://trtc.io/document/72553", "after a live room's owner changes", "修改房主之后回调";
    "Live.CallbackAfterModifyAdmin" LiveAfterModifyAdmin(live::AfterModifyAdmin) -> Ack,
        "https://trtc.io/document/72554", "after a live room's admins change", "修改管理员之后回调";
    "Live.CallbackAfterCreateBattle" LiveAfterCreateBattle(live::AfterCreateBattle) -> Ack,
        "https://trtc.io/document/68259", "after a battle of live rooms is created", "创建 PK 之后回调";
    "Live.CallbackAfterStartBattle" LiveAfterStartBattle(live::AfterStartBattle) -> Ack,
        "https://trtc.io/document/68260", "after a battle of live rooms starts", "PK 开启之后回调";
    "Live.CallbackAfterEndBattle" LiveAfterEndBattle(live::AfterEndBattle) -> Ack,
        "https://trtc.io/document/68261", "after a battle of live rooms ends", "PK 结束之后回调";
    "Live.CallbackBeforeSendGift" LiveBeforeSendGift(live::BeforeSendGift) -> Verdict<live::Code>,
        "https://trtc.io/document/72210", "before a gift is sent in a live room", "发送礼物之前回调";
    "Live.CallbackAfterCloudRecordingChanged" LiveAfterCloudRecordingChanged(live::AfterCloudRecordingChanged) -> Ack,
        "https://cloud.tencent.com/document/product/269/129603" also "Follow.CallbackAfterCloudRecordingChanged", "after the state of a live room's recording changes", "录制状态变更之后回调",
        key KeyRule::EventInfo;

    "Mic.CallbackAfterSeatInfoChanged" MicAfterSeatInfoChanged(mic::AfterSeatInfoChanged) -> Ack,
        "https://trtc.io/document/64425", "after the seats of a room change", "麦位列表变更之后回调";

    "Room.CallbackAfterCreateRoom" RoomAfterCreateRoom(room::AfterCreateRoom) -> Ack,
        "https://trtc.io/document/60733", "after a conference room is created", "创建房间之后回调";
    "Room.CallbackAfterDestroyRoom" RoomAfterDestroyRoom(room::AfterDestroyRoom) -> Ack,
        "https://trtc.io/document/60732", "after a conference room is destroyed", "解散房间之后回调";
    "Room.CallbackAfterUpdateRoomInfo" RoomAfterUpdateRoomInfo(room::AfterUpdateRoomInfo) -> Ack,
        "https://trtc.io/document/60731" also "Room.CallbackUpdateRoomInfo", "after a conference room's profile changes", "更新房间信息之后回调";
    "Room.CallbackAfterMemberEnter" RoomAfterMemberEnter(room::AfterMemberEnter) -> Ack,
        "https://trtc.io/document/60735", "after a user enters a conference room", "用户进房之后回调";
    "Room.CallbackAfterMemberLeave" RoomAfterMemberLeave(room::AfterMemberLeave) -> Ack,
        "https://trtc.io/document/60734", "after a user leaves a conference room", "用户退房之后回调";

    "Call.CallbackAfterStartCall" CallAfterStartCall(call::AfterStartCall) -> Ack,
        "https://trtc.io/document/68941", "after a call is started", "开始通话后回调";
    "Call.CallbackAfterEndCall" CallAfterEndCall(call::AfterEndCall) -> Ack,
        "https://trtc.io/document/68940", "after a call ends", "通话结束后回调";
    "Call.CallbackAfterMemberChanged" CallAfterMemberChanged(call::AfterMemberChanged) -> Ack,
        "https://tencentcloud.com/document/product/647/69215", "after call members change state", "通话成员状态变更后回调";
    "Call.CallbackAfterRecordChanged" CallAfterRecordChanged(call::AfterRecordChanged) -> Ack,
        "https://trtc.io/document/80345", "after the state of a call's recording changes", "录制状态变更之后回调",
        key KeyRule::EventInfo;
}
