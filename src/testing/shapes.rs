//! The shapes of bodies that Tencent is known to send.

/// One shape of the body of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shape {
    /// Its name: `full` has every documented field, `minimal` only those that were never omitted.
    pub name: &'static str,
    /// The body, as JSON.
    pub body: &'static str,
}

/// Lists the shapes of each command beside the full one. Each is a file `Command.shape.json`.
macro_rules! shapes {
    ($($command:literal $($shape:literal)*;)+) => {
        /// Every known shape of the body of a documented command, the full one first;
        /// none for a command that is neither in [`COMMANDS`](crate::event::COMMANDS) nor in
        /// [`EVENTS`](crate::trtc::EVENTS).
        ///
        /// A handler should cope with all of them:
        ///
        /// ```
        /// use tower_tencent_webhook::{event::c2c, testing};
        ///
        /// for shape in testing::shapes("C2C.CallbackAfterSendMsg") {
        ///     let event: c2c::AfterSendMsg = serde_json::from_str(shape.body)?;
        ///     assert_ne!(event.from_account, "", "{}", shape.name);
        /// }
        /// # Ok::<(), serde_json::Error>(())
        /// ```
        #[must_use]
        pub fn shapes(command: &str) -> &'static [Shape] {
            match command {
                $($command => &[
                    Shape {
                        name: "full",
                        body: include_str!(concat!("../../tests/fixtures/", $command, ".json")),
                    },
                    $(Shape {
                        name: $shape,
                        body: include_str!(concat!("../../tests/fixtures/", $command, ".", $shape, ".json")),
                    },)*
                ],)+
                _ => &[],
            }
        }
    };
}

shapes! {
    "Alert.RequestOverLimit" "minimal";
    "Bot.OnC2CMessage" "minimal" "page";
    "Bot.OnGroupMessage" "minimal" "page";
    "C2C.CallbackAfterC2CMsgExtension" "clear" "delete" "minimal";
    "C2C.CallbackAfterModifyMsg" "key-order" "minimal";
    "C2C.CallbackAfterMsgReport" "alias" "china" "international" "minimal";
    "C2C.CallbackAfterMsgWithDraw" "china" "international" "minimal";
    "C2C.CallbackAfterSendMsg" "2016" "2020" "2021" "failed" "minimal" "relay" "unknown-word";
    "C2C.CallbackBeforeSendMsg" "2016" "2020" "2021" "2023" "minimal";
    "Call.CallbackAfterEndCall" "digits" "minimal" "unanswered" "unknown-word";
    "Call.CallbackAfterMemberChanged" "clear" "minimal" "numeric" "table-words" "unknown-word"
        "words";
    "Call.CallbackAfterRecordChanged" "minimal" "mp4" "numeric" "quoted" "unknown-word" "vod";
    "Call.CallbackAfterStartCall" "empty" "media-type" "minimal" "numeric" "unknown-word";
    "Chatbot.OnC2CSignalMessage" "minimal";
    "ContentCallback.ResultNotify" "blocked-group" "c2c" "image" "minimal" "pass" "profile"
        "string" "table" "unknown-word";
    "Follow.CallbackAfterFollowAdd" "minimal";
    "Follow.CallbackAfterFollowDelete" "minimal";
    "Group.CallbackAfterChangeGroupOwner" "minimal" "quoted";
    "Group.CallbackAfterCreateGroup" "any-value" "group-id" "minimal" "quoted" "rest";
    "Group.CallbackAfterCreateTopic" "minimal";
    "Group.CallbackAfterGroupAttrChanged" "clear" "delete" "minimal" "quoted" "unknown-word";
    "Group.CallbackAfterGroupDestroyed" "community" "minimal" "no-name" "quoted";
    "Group.CallbackAfterGroupFull" "alias" "minimal" "quoted";
    "Group.CallbackAfterGroupInfoChanged" "captured" "clear" "minimal" "quoted" "shut-up"
        "unknown-word" "user-defined-notification" "user-defined";
    "Group.CallbackAfterGroupMsgExtension" "clear" "delete" "minimal" "unknown-word";
    "Group.CallbackAfterMemberExit" "minimal" "quit" "quoted" "unknown-word";
    "Group.CallbackAfterMemberFieldChanged" "minimal" "modified-account-role"
        "modified-account" "quoted" "unknown-word";
    "Group.CallbackAfterModifyMsg" "empty" "minimal";
    "Group.CallbackAfterNewMemberJoin" "captured" "minimal" "quoted" "unknown-word";
    "Group.CallbackAfterReadReceipt" "minimal" "quoted" "sent";
    "Group.CallbackAfterRecallMsg" "digits" "minimal" "quoted";
    "Group.CallbackAfterSendMsg" "oldest" "quoted";
    "Group.CallbackAfterTopicDestroyed" "minimal" "string";
    "Group.CallbackAfterTopicInfoChanged" "clear" "minimal" "name";
    "Group.CallbackBeforeApplyJoinGroup" "minimal" "quoted";
    "Group.CallbackBeforeCreateGroup" "created-group-num-map" "created-group-num"
        "created-num" "minimal" "quoted" "rest" "unknown-word";
    "Group.CallbackBeforeCreateTopic" "minimal";
    "Group.CallbackBeforeInviteJoinGroup" "minimal" "quoted" "rest";
    "Group.CallbackBeforeSendMsg" "live" "oldest";
    "Group.CallbackOnDailyGroupQuotaAlarm" "minimal" "quoted";
    "Group.CallbackOnMemberStateChange" "heartbeat" "minimal" "recover" "unknown-word";
    "Group.CallbackSendMsgException" "2021" "minimal" "quoted";
    "Live.CallbackAfterChangeOwner" "minimal";
    "Live.CallbackAfterCloudRecordingChanged" "alias" "failover" "image-error" "m3u8" "minimal" "mp4"
        "numeric" "quoted" "slice-number" "slice" "stop" "unknown-word" "upload-error"
        "upload-start" "upload-stop-leave-code" "upload-stop" "vod-failed" "vod-flat"
        "vod-stop" "vod" "web-limit" "web-status" "web-stop" "web";
    "Live.CallbackAfterCreateBattle" "empty" "minimal";
    "Live.CallbackAfterCreateRoom" "empty" "meeting" "minimal" "nested-time" "no-time"
        "numeric" "unknown-word";
    "Live.CallbackAfterCreateRoomReachingThreshold" "minimal" "quoted";
    "Live.CallbackAfterDelMetadata" "alias" "minimal";
    "Live.CallbackAfterDestroyRoom" "2024" "2025" "empty" "minimal" "numeric" "system"
        "unknown-word";
    "Live.CallbackAfterEndBattle" "minimal" "not-started" "numeric" "unknown-word";
    "Live.CallbackAfterMemberStateChanged" "alias" "heartbeat" "minimal" "numeric" "recover"
        "unknown-word";
    "Live.CallbackAfterModifyAdmin" "delete" "minimal" "unknown-word";
    "Live.CallbackAfterSetMetadata" "clear" "deletion" "minimal";
    "Live.CallbackAfterStartBattle" "minimal" "numeric";
    "Live.CallbackAfterUpdateRoomInfo" "changed" "clear" "minimal";
    "Live.CallbackBeforeSendGift" "minimal";
    "Mic.CallbackAfterSeatInfoChanged" "clear" "empty" "live" "minimal" "numeric";
    "OfficialAccount.CallbackAfterAddSubscriber" "digits" "minimal";
    "OfficialAccount.CallbackAfterCreateOfficialAccount" "digits" "minimal";
    "OfficialAccount.CallbackAfterDeleteSubscriber" "minimal";
    "OfficialAccount.CallbackAfterMsgWithDraw" "minimal";
    "OfficialAccount.CallbackAfterOfficialAccountDestroyed" "digits" "minimal";
    "OfficialAccount.CallbackAfterOfficialAccountFull" "minimal";
    "OfficialAccount.CallbackAfterOfficialAccountInfoChanged" "clear" "minimal" "name";
    "OfficialAccount.CallbackAfterSendMsg" "minimal";
    "OfficialAccount.CallbackBeforeAddSubscriber" "digits" "minimal";
    "OfficialAccount.CallbackBeforeCreateOfficialAccount" "digits" "minimal";
    "OfficialAccount.CallbackBeforeSendMsg" "minimal";
    "Profile.CallbackPortraitSet" "minimal" "numeric" "unknown-word";
    "Push.AllMemberPush" "2024" "empty" "minimal" "unknown-word";
    "Push.OfflinePush" "2024" "alias" "empty-random" "empty" "failed" "group-minimal"
        "minimal" "unknown-word";
    "Room.CallbackAfterCreateRoom" "conference" "duplicate-invitee" "empty" "minimal"
        "unknown-word" "unscheduled";
    "Room.CallbackAfterDestroyRoom" "minimal" "reclaimed";
    "Room.CallbackAfterMemberEnter" "minimal" "unknown-word";
    "Room.CallbackAfterMemberLeave" "empty" "expired" "minimal" "unknown-word";
    "Room.CallbackAfterUpdateRoomInfo" "alias" "changed" "clear" "minimal" "string-true"
        "string" "unknown-word";
    "Sns.CallbackBlackListAdd" "minimal";
    "Sns.CallbackBlackListDelete" "minimal";
    "Sns.CallbackFriendAdd" "empty" "friend-response" "minimal" "pascal-add" "pascal-response"
        "unknown-word";
    "Sns.CallbackFriendDelete" "alias" "minimal";
    "Sns.CallbackPrevFriendAdd" "empty" "minimal" "unknown-word";
    "Sns.CallbackPrevFriendResponse" "minimal" "unknown-word";
    "State.StateChange" "2020" "clear" "custom-status-top" "custom-status" "logout" "minimal"
        "timeout" "unknown-word";
    "TRTC.1001" "minimal";
    "TRTC.1002" "minimal" "numeric-room";
    "TRTC.1003" "minimal";
    "TRTC.1004" "in-payload" "minimal";
    "TRTC.1005" "minimal";
    "TRTC.1006" "minimal";
    "TRTC.101" "minimal" "text-room";
    "TRTC.102" "minimal" "text-room";
    "TRTC.103" "cross-room" "minimal" "text-room";
    "TRTC.104" "killed" "minimal" "text-room";
    "TRTC.105" "minimal" "text-room";
    "TRTC.1101" "minimal";
    "TRTC.1102" "minimal";
    "TRTC.1103" "minimal";
    "TRTC.1104" "audio" "image" "minimal" "one-detail" "unknown-word";
    "TRTC.1105" "minimal";
    "TRTC.1106" "minimal";
    "TRTC.1401" "minimal";
    "TRTC.1402" "minimal";
    "TRTC.1403" "minimal";
    "TRTC.1404" "minimal";
    "TRTC.201" "minimal";
    "TRTC.202" "minimal";
    "TRTC.203" "minimal";
    "TRTC.204" "minimal";
    "TRTC.205" "minimal";
    "TRTC.206" "minimal";
    "TRTC.301" "failed" "minimal" "no-payload" "numeric-room";
    "TRTC.302" "alone" "minimal";
    "TRTC.303" "minimal";
    "TRTC.304" "minimal";
    "TRTC.305" "leave-code" "minimal";
    "TRTC.306" "minimal";
    "TRTC.307" "minimal" "number" "unknown-word";
    "TRTC.308" "minimal";
    "TRTC.309" "minimal";
    "TRTC.310" "minimal" "mixed" "text";
    "TRTC.311" "failed" "flat" "minimal" "web";
    "TRTC.312" "failed" "minimal";
    "TRTC.401" "minimal" "number-task" "sample-names";
    "TRTC.601" "minimal" "table-names";
    "TRTC.701" "again" "callback-ts" "minimal";
    "TRTC.702" "callback-ts" "minimal";
    "TRTC.801" "failed" "minimal";
    "TRTC.802" "minimal";
    "TRTC.803" "minimal";
    "TRTC.804" "minimal";
    "TRTC.901" "minimal" "table-names";
    "TRTC.902" "internal" "minimal";
    "TRTC.903" "minimal";
    "TRTC.904" "minimal";
    "TRTC.905" "minimal";
    "TRTC.906" "minimal" "unknown-word";
    "TRTC.908" "minimal";
    "TRTC.909" "minimal" "unknown-word";
}
