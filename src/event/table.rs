//! The table of the commands in URLs. A new command is one row here, one struct and one fixture.

use super::{
    alert, bot, c2c, call, chatbot, command::commands, content_callback, follow, group, live, mic,
    official_account, profile, push, room, sns, state,
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
    pub const COMMANDS;

    "Group.CallbackBeforeCreateGroup" GroupBeforeCreateGroup(group::BeforeCreateGroup) -> Verdict<group::Code>,
        "https://www.tencentcloud.com/document/product/1047/34368", "before a group is created";
    "Group.CallbackAfterCreateGroup" GroupAfterCreateGroup(group::AfterCreateGroup) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34369", "after a group is created";
    "Group.CallbackBeforeApplyJoinGroup" GroupBeforeApplyJoinGroup(group::BeforeApplyJoinGroup) -> Verdict<group::Code>,
        "https://www.tencentcloud.com/document/product/1047/34370", "before a user applies to join";
    "Group.CallbackBeforeInviteJoinGroup" GroupBeforeInviteJoinGroup(group::BeforeInviteJoinGroup) -> MemberVerdict,
        "https://www.tencentcloud.com/document/product/1047/34371", "before users are invited into a group";
    "Group.CallbackAfterNewMemberJoin" GroupAfterNewMemberJoin(group::AfterNewMemberJoin) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34372", "after members join a group";
    "Group.CallbackAfterMemberExit" GroupAfterMemberExit(group::AfterMemberExit) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34373", "after members leave or are removed";
    "Group.CallbackBeforeSendMsg" GroupBeforeSendMsg(group::BeforeSendMsg) -> MessageVerdict<group::Code>,
        "https://www.tencentcloud.com/document/product/1047/34374", "before a group message is sent";
    "Group.CallbackAfterSendMsg" GroupAfterSendMsg(group::AfterSendMsg) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34375", "after a group message is sent";
    "Group.CallbackAfterGroupFull" GroupAfterGroupFull(group::AfterGroupFull) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34376", "after a group is full";
    "Group.CallbackAfterGroupDestroyed" GroupAfterGroupDestroyed(group::AfterGroupDestroyed) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34377", "after a group is disbanded";
    "Group.CallbackAfterGroupInfoChanged" GroupAfterGroupInfoChanged(group::AfterGroupInfoChanged) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34378", "after a group profile is changed";
    "Group.CallbackOnMemberStateChange" GroupOnMemberStateChange(group::OnMemberStateChange) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/48734", "a member of a live-streaming group goes online or offline";
    "Group.CallbackSendMsgException" GroupSendMsgException(group::SendMsgException) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/49462", "a group message could not be sent";
    "Group.CallbackAfterRecallMsg" GroupAfterRecallMsg(group::AfterRecallMsg) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/46979", "after group messages are recalled";
    "Group.CallbackBeforeCreateTopic" GroupBeforeCreateTopic(group::BeforeCreateTopic) -> Verdict<group::Code>,
        "https://www.tencentcloud.com/document/product/1047/49463", "before a topic is created";
    "Group.CallbackAfterCreateTopic" GroupAfterCreateTopic(group::AfterCreateTopic) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/49464", "after a topic is created";
    "Group.CallbackAfterTopicDestroyed" GroupAfterTopicDestroyed(group::AfterTopicDestroyed) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/49465", "after topics are deleted";
    "Group.CallbackAfterTopicInfoChanged" GroupAfterTopicInfoChanged(group::AfterTopicInfoChanged) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/49466", "after a topic profile is changed";
    "Group.CallbackAfterMemberFieldChanged" GroupAfterMemberFieldChanged(group::AfterMemberFieldChanged) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/60393", "after a group member profile is changed";
    "Group.CallbackAfterGroupAttrChanged" GroupAfterGroupAttrChanged(group::AfterGroupAttrChanged) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/60394", "after group attributes are changed";
    "Group.CallbackAfterReadReceipt" GroupAfterReadReceipt(group::AfterReadReceipt) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/60395", "after group messages with receipts are read";
    "Group.CallbackAfterChangeGroupOwner" GroupAfterChangeGroupOwner(group::AfterChangeGroupOwner) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/60396", "after the group owner is changed";
    "Group.CallbackOnDailyGroupQuotaAlarm" GroupOnDailyGroupQuotaAlarm(group::OnDailyGroupQuotaAlarm) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/57455", "70 % of the groups that may be added in a day are used";
    "Group.CallbackAfterGroupMsgExtension" GroupAfterGroupMsgExtension(group::AfterGroupMsgExtension) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/76007", "after a group message's extension is set, deleted or cleared";
    "Group.CallbackAfterModifyMsg" GroupAfterModifyMsg(group::AfterModifyMsg) -> Ack,
        "https://cloud.tencent.com/document/product/269/129193", "after a group message is edited";

    "C2C.CallbackBeforeSendMsg" C2CBeforeSendMsg(c2c::BeforeSendMsg) -> MessageVerdict<c2c::Code>,
        "https://www.tencentcloud.com/document/product/1047/34364", "before a one-to-one message is sent";
    "C2C.CallbackAfterSendMsg" C2CAfterSendMsg(c2c::AfterSendMsg) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34365", "after a one-to-one message is sent";
    "C2C.CallbackAfterMsgReport" C2CAfterMsgReport(c2c::AfterMsgReport) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/43465", "after one-to-one messages are marked as read";
    "C2C.CallbackAfterMsgWithDraw" C2CAfterMsgWithDraw(c2c::AfterMsgWithDraw) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/43466", "after a one-to-one message is recalled";
    "C2C.CallbackAfterModifyMsg" C2CAfterModifyMsg(c2c::AfterModifyMsg) -> Ack,
        "https://cloud.tencent.com/document/product/269/128224", "after a one-to-one message is edited";
    "C2C.CallbackAfterC2CMsgExtension" C2CAfterC2CMsgExtension(c2c::AfterC2CMsgExtension) -> Ack,
        "https://cloud.tencent.com/document/product/269/126475", "after the extension of a one-to-one message is set, deleted or cleared";

    "Sns.CallbackPrevFriendAdd" SnsPrevFriendAdd(sns::PrevFriendAdd) -> FriendVerdict,
        "https://www.tencentcloud.com/document/product/1047/43468", "before friends are added";
    "Sns.CallbackPrevFriendResponse" SnsPrevFriendResponse(sns::PrevFriendResponse) -> FriendVerdict,
        "https://www.tencentcloud.com/document/product/1047/43467", "before a friend request is answered";
    "Sns.CallbackFriendAdd" SnsFriendAdd(sns::FriendAdd) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34359", "after friends are added";
    "Sns.CallbackFriendDelete" SnsFriendDelete(sns::FriendDelete) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34360", "after friends are deleted";
    "Sns.CallbackBlackListAdd" SnsBlackListAdd(sns::BlackListAdd) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34361", "after users are put on a blocklist";
    "Sns.CallbackBlackListDelete" SnsBlackListDelete(sns::BlackListDelete) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34362", "after users are taken off a blocklist";

    "Profile.CallbackPortraitSet" ProfilePortraitSet(profile::PortraitSet) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/48733", "after a user profile is updated";

    "State.StateChange" StateStateChange(state::StateChange) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34357", "a user's online status changes";

    "Follow.CallbackAfterFollowAdd" FollowAfterFollowAdd(follow::AfterFollowAdd) -> Ack,
        "https://trtc.io/document/70355", "after users are followed";
    "Follow.CallbackAfterFollowDelete" FollowAfterFollowDelete(follow::AfterFollowDelete) -> Ack,
        "https://www.tencentcloud.com/document/product/647/74357", "after users are unfollowed";

    "OfficialAccount.CallbackBeforeCreateOfficialAccount" OfficialAccountBeforeCreateOfficialAccount(official_account::BeforeCreateOfficialAccount) -> Verdict<official_account::Code>,
        "https://tencentcloud.com/document/product/1047/60795", "before an official account is created";
    "OfficialAccount.CallbackAfterCreateOfficialAccount" OfficialAccountAfterCreateOfficialAccount(official_account::AfterCreateOfficialAccount) -> Ack,
        "https://tencentcloud.com/document/product/1047/60796", "after an official account is created";
    "OfficialAccount.CallbackAfterOfficialAccountInfoChanged" OfficialAccountAfterOfficialAccountInfoChanged(official_account::AfterOfficialAccountInfoChanged) -> Ack,
        "https://tencentcloud.com/document/product/1047/60797", "after an official account profile changes";
    "OfficialAccount.CallbackAfterOfficialAccountDestroyed" OfficialAccountAfterOfficialAccountDestroyed(official_account::AfterOfficialAccountDestroyed) -> Ack,
        "https://tencentcloud.com/document/product/1047/60798", "after an official account is destroyed";
    "OfficialAccount.CallbackBeforeAddSubscriber" OfficialAccountBeforeAddSubscriber(official_account::BeforeAddSubscriber) -> SubscriberVerdict,
        "https://tencentcloud.com/document/product/1047/60799", "before users subscribe to an official account";
    "OfficialAccount.CallbackAfterAddSubscriber" OfficialAccountAfterAddSubscriber(official_account::AfterAddSubscriber) -> Ack,
        "https://trtc.io/document/60800", "after users subscribe to an official account";
    "OfficialAccount.CallbackAfterOfficialAccountFull" OfficialAccountAfterOfficialAccountFull(official_account::AfterOfficialAccountFull) -> Ack,
        "https://tencentcloud.com/document/product/1047/60801", "after an official account is full";
    "OfficialAccount.CallbackAfterDeleteSubscriber" OfficialAccountAfterDeleteSubscriber(official_account::AfterDeleteSubscriber) -> Ack,
        "https://tencentcloud.com/document/product/1047/60802", "after users unsubscribe from an official account";
    "OfficialAccount.CallbackBeforeSendMsg" OfficialAccountBeforeSendMsg(official_account::BeforeSendMsg) -> MessageVerdict<official_account::Code>,
        "https://tencentcloud.com/document/product/1047/60803", "before an official account message is sent";
    "OfficialAccount.CallbackAfterSendMsg" OfficialAccountAfterSendMsg(official_account::AfterSendMsg) -> Ack,
        "https://trtc.io/document/60804", "after an official account message is sent";
    "OfficialAccount.CallbackAfterMsgWithDraw" OfficialAccountAfterMsgWithDraw(official_account::AfterMsgWithDraw) -> Ack,
        "https://tencentcloud.com/document/product/1047/60805", "after official account messages are recalled";

    "Push.OfflinePush" PushOfflinePush(push::OfflinePush) -> Ack,
        "https://tencentcloud.com/document/product/1047/67552", "results of pushing ordinary messages";
    "Push.AllMemberPush" PushAllMemberPush(push::AllMemberPush) -> Ack,
        "https://tencentcloud.com/document/product/1047/67551", "results of pushes to all users, to a tag or to one user";

    "Bot.OnC2CMessage" BotOnC2CMessage(bot::OnC2CMessage) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/68952", "a one-to-one message is sent to a chatbot";
    "Bot.OnGroupMessage" BotOnGroupMessage(bot::OnGroupMessage) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/68953", "a chatbot is mentioned in a group";

    "Chatbot.OnC2CSignalMessage" ChatbotOnC2CSignalMessage(chatbot::OnC2CSignalMessage) -> SignalReply,
        "https://www.tencentcloud.com/document/product/1047/59057", "a user sends data of the app to a smart chatbot";

    "ContentCallback.ResultNotify" ContentCallbackResultNotify(content_callback::ResultNotify) -> Ack,
        "https://cloud.tencent.com/document/product/269/95616", "a result of the content review";

    "Alert.RequestOverLimit" AlertRequestOverLimit(alert::RequestOverLimit) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/60256", "a REST interface is close to its limit";

    "Live.CallbackAfterCreateRoom" LiveAfterCreateRoom(live::AfterCreateRoom) -> Ack,
        "https://trtc.io/document/64422", "after a live room is created";
    "Live.CallbackAfterDestroyRoom" LiveAfterDestroyRoom(live::AfterDestroyRoom) -> Ack,
        "https://trtc.io/document/64423", "after a live room is destroyed";
    "Live.CallbackAfterUpdateRoomInfo" LiveAfterUpdateRoomInfo(live::AfterUpdateRoomInfo) -> Ack,
        "https://www.tencentcloud.com/document/product/647/67938", "after a live room's profile changes";
    "Live.CallbackAfterSetMetadata" LiveAfterSetMetadata(live::AfterSetMetadata) -> Ack,
        "https://trtc.io/document/68222" body "Live.CallbackAfterDelMetadata", "after metadata of a live room is set";
    "Live.CallbackAfterDelMetadata" LiveAfterDelMetadata(live::AfterDelMetadata) -> Ack,
        "https://trtc.io/document/68223" body "Live.CallbackAfterSetMetadata", "after metadata of a live room is deleted";
    "Live.CallbackAfterCreateRoomReachingThreshold" LiveAfterCreateRoomReachingThreshold(live::AfterCreateRoomReachingThreshold) -> Ack,
        "https://trtc.io/document/70485", "70 % of the live rooms that there may be exist";
    "Live.CallbackAfterMemberStateChanged" LiveAfterMemberStateChanged(live::AfterMemberStateChanged) -> Ack,
        "https://trtc.io/document/64424" also "Live.CallbackMemberStateChanged", "a member goes online or offline in a live room";
    "Live.CallbackAfterChangeOwner" LiveAfterChangeOwner(live::AfterChangeOwner) -> Ack,
        "https://trtc.io/document/72553", "after a live room's owner changes";
    "Live.CallbackAfterModifyAdmin" LiveAfterModifyAdmin(live::AfterModifyAdmin) -> Ack,
        "https://trtc.io/document/72554", "after a live room's admins change";
    "Live.CallbackAfterCreateBattle" LiveAfterCreateBattle(live::AfterCreateBattle) -> Ack,
        "https://trtc.io/document/68259", "after a battle of live rooms is created";
    "Live.CallbackAfterStartBattle" LiveAfterStartBattle(live::AfterStartBattle) -> Ack,
        "https://trtc.io/document/68260", "after a battle of live rooms starts";
    "Live.CallbackAfterEndBattle" LiveAfterEndBattle(live::AfterEndBattle) -> Ack,
        "https://trtc.io/document/68261", "after a battle of live rooms ends";
    "Live.CallbackBeforeSendGift" LiveBeforeSendGift(live::BeforeSendGift) -> Verdict<live::Code>,
        "https://trtc.io/document/72210", "before a gift is sent in a live room";
    "Live.CallbackAfterCloudRecordingChanged" LiveAfterCloudRecordingChanged(live::AfterCloudRecordingChanged) -> Ack,
        "https://cloud.tencent.com/document/product/269/129603", "after the state of a live room's recording changes";

    "Mic.CallbackAfterSeatInfoChanged" MicAfterSeatInfoChanged(mic::AfterSeatInfoChanged) -> Ack,
        "https://trtc.io/document/64425", "after the seats of a room change";

    "Room.CallbackAfterCreateRoom" RoomAfterCreateRoom(room::AfterCreateRoom) -> Ack,
        "https://trtc.io/document/60733", "after a conference room is created";
    "Room.CallbackAfterDestroyRoom" RoomAfterDestroyRoom(room::AfterDestroyRoom) -> Ack,
        "https://trtc.io/document/60732", "after a conference room is destroyed";
    "Room.CallbackAfterUpdateRoomInfo" RoomAfterUpdateRoomInfo(room::AfterUpdateRoomInfo) -> Ack,
        "https://trtc.io/document/60731" also "Room.CallbackUpdateRoomInfo", "after a conference room's profile changes";
    "Room.CallbackAfterMemberEnter" RoomAfterMemberEnter(room::AfterMemberEnter) -> Ack,
        "https://trtc.io/document/60735", "after a user enters a conference room";
    "Room.CallbackAfterMemberLeave" RoomAfterMemberLeave(room::AfterMemberLeave) -> Ack,
        "https://trtc.io/document/60734", "after a user leaves a conference room";

    "Call.CallbackAfterStartCall" CallAfterStartCall(call::AfterStartCall) -> Ack,
        "https://trtc.io/document/68941", "after a call is started";
    "Call.CallbackAfterEndCall" CallAfterEndCall(call::AfterEndCall) -> Ack,
        "https://trtc.io/document/68940", "after a call ends";
    "Call.CallbackAfterMemberChanged" CallAfterMemberChanged(call::AfterMemberChanged) -> Ack,
        "https://tencentcloud.com/document/product/647/69215", "after call members change state";
    "Call.CallbackAfterRecordChanged" CallAfterRecordChanged(call::AfterRecordChanged) -> Ack,
        "https://trtc.io/document/80345", "after the state of a call's recording changes";
}
