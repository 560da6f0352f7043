//! The public values inside events, which `Debug` of an event does not reach.

use tower_tencent_webhook::{
    event::Event,
    message::{Content, Element},
};

use super::canary::Sink;

/// Keeps `Debug` of the values inside an event.
macro_rules! inside {
    ($sink:ident, $event:expr, $($variant:ident { $($field:ident $(. $inner:ident)*),+ })+) => {
        match $event {
            $(Event::$variant(event) => {
                $($sink.debug(&event.$field$(.$inner)*);)+
                true
            })+
            _ => false,
        }
    };
}

pub(crate) fn elements(sink: &Sink, elements: &[Element]) {
    for element in elements {
        sink.debug(element);
        sink.debug(element.content());
        if let Content::Relay(relay) = element.content() {
            match relay.messages() {
                Ok(messages) => sink.debug(&messages),
                Err(error) => sink.error(&error),
            }
        }
    }
}

/// Whether something of the event is kept.
#[rustfmt::skip]
pub(crate) fn event(sink: &Sink, event: &Event) -> bool {
    match event {
        Event::GroupBeforeSendMsg(event) => elements(sink, &event.msg_body),
        Event::GroupAfterSendMsg(event) => elements(sink, &event.msg_body),
        Event::C2CBeforeSendMsg(event) => elements(sink, &event.msg_body),
        Event::C2CAfterSendMsg(event) => elements(sink, &event.msg_body),
        Event::BotOnGroupMessage(event) => elements(sink, &event.msg_body),
        _ => {}
    }
    inside! { sink, event,
        GroupBeforeSendMsg { group_type, from_account, operator_account }
        GroupAfterSendMsg { group_type, from_account, group_at_info }
        GroupAfterRecallMsg { group_type, msg_seq_list }
        GroupAfterReadReceipt { group_type, group_msg_receipt_list }
        GroupBeforeCreateGroup { group_type, create_group_num, member_list }
        GroupAfterCreateGroup { group_type, member_list, user_defined_data_list }
        GroupAfterGroupAttrChanged { option_type, group_attr }
        GroupAfterTopicDestroyed { group_type, topic_id_list }
        GroupAfterNewMemberJoin { join_type, new_member_list }
        GroupAfterMemberExit { exit_type, exit_member_list }
        GroupOnMemberStateChange { event_type, event_cause, member_list }
        GroupAfterMemberFieldChanged { group_type, role }
        C2CAfterC2CMsgExtension { extension_list }
        ProfilePortraitSet { profile_item }
        StateStateChange { info, kicked_device }
        SnsPrevFriendAdd { friend_item, add_type }
        SnsPrevFriendResponse { response_friend_item }
        SnsFriendAdd { pair_list }
        SnsFriendDelete { pair_list }
        FollowAfterFollowAdd { follow_list }
        OfficialAccountAfterAddSubscriber { subscribe_account_list }
        OfficialAccountAfterMsgWithDraw { withdraw_msg_list }
        PushOfflinePush { events }
        PushAllMemberPush { events }
        BotOnGroupMessage { group_type, at_robots_account }
        CallAfterStartCall { call_info, user_list }
        CallAfterEndCall { call_record }
        CallAfterMemberChanged { user_list, changed_user_list }
        MicAfterSeatInfoChanged { seat_list }
        LiveAfterCreateRoom { room_info }
        RoomAfterCreateRoom { room_info }
    }
}
