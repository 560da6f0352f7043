//! From an answer to what Tencent does with it. Pure.

mod reply;

use std::time::Duration;

use http::StatusCode;

use self::reply::Reply;
use super::effect::{Effect, Why};
use crate::{
    catalog,
    reply::{Phase, ReplyKind},
    trtc,
};

/// What the console says Tencent does with the action of a before-webhook when the answer is a
/// failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnFailure {
    /// It passes.
    Pass,
    /// It is refused.
    Block,
}

impl OnFailure {
    /// What the console is set to unless someone changes it: everything passes but
    /// [gifts](https://trtc.io/document/72210).
    #[must_use]
    pub fn default_of(command: &str) -> Self {
        match catalog::reply_kind(command) {
            Some(ReplyKind::Gift) => Self::Block,
            _ => Self::Pass,
        }
    }
}

/// What Tencent does with the answer to a command that came after `took`, if the console is set as
/// it is [by default](OnFailure::default_of).
///
/// An answer has to have the status 200, be JSON, and come within 2 seconds; the reply to a
/// before-webhook also needs an `ErrorCode`. For the events of TRTC the status is enough, within 5
/// seconds.
///
/// Source: [webhook overview](https://trtc.io/document/34354), and the pages of the commands.
///
/// ```
/// use std::time::Duration;
/// use http::StatusCode;
/// use tower_tencent_webhook::testing::{Effect, judge};
///
/// let refused = br#"{"ActionStatus":"OK","ErrorInfo":"no","ErrorCode":10100}"#;
/// let effect = judge("Group.CallbackBeforeSendMsg", StatusCode::OK, refused, Duration::ZERO);
/// assert!(matches!(effect, Effect::Refused { code: 10_100, .. }));
///
/// // An error lets the message pass, which nobody has looked at.
/// let error = StatusCode::INTERNAL_SERVER_ERROR;
/// let effect = judge("Group.CallbackBeforeSendMsg", error, b"", Duration::ZERO);
/// assert_eq!(effect.as_str(), "passed_unchecked");
/// ```
#[must_use]
pub fn judge(command: &str, status: StatusCode, body: &[u8], took: Duration) -> Effect {
    match verdict(command, status, body, took) {
        Ok(effect) => effect,
        Err(why) => failure(command, OnFailure::default_of(command), why),
    }
}

/// What Tencent does if it gets no answer to a command at all.
#[must_use]
pub fn unanswered(command: &str) -> Effect {
    failure(command, OnFailure::default_of(command), Why::NoAnswer)
}

/// What Tencent does when the answer to a command is a failure.
pub(super) fn failure(command: &str, on_failure: OnFailure, why: Why) -> Effect {
    match (phase(command), on_failure) {
        (Phase::Before, OnFailure::Pass) => Effect::PassedUnchecked(why),
        _ => Effect::NotDelivered(why),
    }
}

/// How long Tencent waits for the answer to a command.
pub(super) fn timeout_of(command: &str) -> Duration {
    Duration::from_secs(if trtc::is_command(command) { 5 } else { 2 })
}

fn phase(command: &str) -> Phase {
    catalog::phase(command, catalog::reply_kind(command)).unwrap_or(Phase::After)
}

/// What the answer says, or why it says nothing.
pub(super) fn verdict(
    command: &str,
    status: StatusCode,
    body: &[u8],
    took: Duration,
) -> Result<Effect, Why> {
    let timeout = timeout_of(command);
    if took > timeout {
        return Err(Why::TimedOut(timeout));
    }
    if status != StatusCode::OK {
        return Err(Why::Status(status));
    }
    if trtc::is_command(command) {
        return Ok(Effect::Acknowledged);
    }
    let reply = Reply::read(body)?;
    if phase(command) == Phase::After {
        return Ok(Effect::Acknowledged);
    }
    let code = reply.code()?;
    let kind = catalog::reply_kind(command);
    let is_message = matches!(
        kind,
        Some(ReplyKind::GroupMessage | ReplyKind::C2CMessage | ReplyKind::OfficialAccountMessage)
    );
    Ok(match (code, kind) {
        (0, Some(ReplyKind::Friends)) => reply.items(),
        // A code on top of the items lets every request pass.
        (_, Some(ReplyKind::Friends)) => Effect::Delivered,
        // The bot gets data or none; the message passes in any case.
        (_, Some(ReplyKind::Signal)) => Effect::Delivered,
        (0, Some(ReplyKind::GroupMembers)) => reply.members(),
        (0, Some(ReplyKind::Subscribers)) => reply.subscribers(),
        (0, _) if is_message => reply.message()?,
        (0, _) => Effect::Delivered,
        (2, _) if is_message => Effect::Dropped,
        (code, _) => Effect::Refused {
            code,
            text: reply.text(),
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::reply::Rewrite;

    fn effect(command: &str, body: &Value) -> Effect {
        judge(
            command,
            StatusCode::OK,
            body.to_string().as_bytes(),
            Duration::ZERO,
        )
    }

    fn reply(code: impl Into<Value>) -> Value {
        json!({"ActionStatus": "OK", "ErrorInfo": "no", "ErrorCode": code.into()})
    }

    fn refused(code: i64, text: &str) -> Effect {
        Effect::Refused {
            code,
            text: text.to_owned(),
        }
    }

    const BEFORE: &str = "Group.CallbackBeforeSendMsg";
    const AFTER: &str = "Group.CallbackAfterSendMsg";

    #[test]
    fn a_reply_is_an_object() {
        let list = json!(["OK", 0, null, null, null, null, null]);
        let why = Why::Field("ErrorCode");
        assert_eq!(effect(BEFORE, &list), Effect::PassedUnchecked(why));
        let friends = "Sns.CallbackPrevFriendAdd";
        for code in [json!(u64::MAX), json!("1"), json!(-1)] {
            let mut answer = reply(0);
            answer["ResultItem"] = json!([{"To_Account": "a", "ResultCode": code}]);
            assert_eq!(effect(friends, &answer).as_str(), "refused", "{code}");
        }
    }

    #[test]
    fn a_message_passes_is_refused_dropped_or_rewritten() {
        assert_eq!(effect(BEFORE, &reply(0)), Effect::Delivered);
        assert_eq!(effect(BEFORE, &reply(1)), refused(1, "no"));
        assert_eq!(effect(BEFORE, &reply(10_150)), refused(10_150, "no"));
        assert_eq!(effect(BEFORE, &reply(2)), Effect::Dropped);
        let mut rewrite = reply(0);
        rewrite["CloudCustomData"] = json!("d");
        let data = Rewrite::new().cloud_custom_data("d");
        assert_eq!(effect(BEFORE, &rewrite), Effect::Rewritten(data));
        rewrite["MsgBody"] = json!([]);
        let both = Rewrite::new().cloud_custom_data("d").msg_body(Vec::new());
        assert_eq!(effect(BEFORE, &rewrite), Effect::Rewritten(both));
        rewrite["MsgBody"] = json!("text");
        assert_eq!(
            effect(BEFORE, &rewrite),
            Effect::PassedUnchecked(Why::Field("MsgBody"))
        );
    }

    #[test]
    fn a_signal_passes_and_an_unknown_action_is_decided_by_the_code() {
        assert_eq!(
            effect("Chatbot.OnC2CSignalMessage", &reply(1)),
            Effect::Delivered
        );
        assert_eq!(
            effect("Cake.CallbackBeforeBake", &reply(0)),
            Effect::Delivered
        );
        assert_eq!(
            effect("Cake.CallbackBeforeBake", &reply(9)),
            refused(9, "no")
        );
    }

    #[test]
    fn only_a_message_can_be_dropped_or_rewritten() {
        assert_eq!(
            effect("Group.CallbackBeforeCreateGroup", &reply(2)),
            refused(2, "no")
        );
        let mut rewrite = reply(0);
        rewrite["MsgBody"] = json!([]);
        assert_eq!(
            effect("Group.CallbackBeforeCreateGroup", &rewrite),
            Effect::Delivered
        );
    }

    #[test]
    fn accounts_are_judged_one_by_one() {
        let mut some = reply(0);
        some["RefusedMembers_Account"] = json!(["a"]);
        assert_eq!(
            effect("Group.CallbackBeforeInviteJoinGroup", &some),
            Effect::RefusedSome(vec!["a".into()])
        );
        assert_eq!(
            effect("OfficialAccount.CallbackBeforeAddSubscriber", &some),
            Effect::Delivered
        );
        let mut items = reply(0);
        items["ResultItem"] = json!([
            {"To_Account": "a", "ResultCode": 0, "ResultInfo": ""},
            {"To_Account": "b", "ResultCode": 38_500, "ResultInfo": "not b"},
        ]);
        assert_eq!(
            effect("Sns.CallbackPrevFriendAdd", &items),
            refused(38_500, "not b")
        );
        // A code on top of the items lets all of them pass.
        assert_eq!(
            effect("Sns.CallbackPrevFriendAdd", &reply(38_000)),
            Effect::Delivered
        );
    }

    #[test]
    fn what_is_not_an_answer_is_a_failure() {
        let ok = reply(0).to_string();
        let judged = |status, body: &str, millis| {
            judge(
                BEFORE,
                status,
                body.as_bytes(),
                Duration::from_millis(millis),
            )
        };
        let limit = Duration::from_secs(2);
        assert_eq!(judged(StatusCode::OK, &ok, 2000), Effect::Delivered);
        for (judged, why) in [
            (judged(StatusCode::OK, &ok, 2001), Why::TimedOut(limit)),
            (
                judged(StatusCode::FORBIDDEN, &ok, 0),
                Why::Status(StatusCode::FORBIDDEN),
            ),
            (
                judged(StatusCode::NO_CONTENT, "", 0),
                Why::Status(StatusCode::NO_CONTENT),
            ),
            (judged(StatusCode::OK, "OK", 0), Why::NotJson),
            (judged(StatusCode::OK, "", 0), Why::NotJson),
            (judged(StatusCode::OK, "5", 0), Why::Field("ErrorCode")),
            (judged(StatusCode::OK, "{}", 0), Why::Field("ErrorCode")),
            (
                judged(StatusCode::OK, &reply("0").to_string(), 0),
                Why::Field("ErrorCode"),
            ),
        ] {
            assert_eq!(judged, Effect::PassedUnchecked(why));
        }
        assert_eq!(
            judge(AFTER, StatusCode::OK, b"", Duration::ZERO),
            Effect::NotDelivered(Why::NotJson)
        );
    }

    #[test]
    fn an_event_is_acknowledged_whatever_the_code() {
        assert_eq!(effect(AFTER, &reply(0)), Effect::Acknowledged);
        assert_eq!(effect(AFTER, &reply(5)), Effect::Acknowledged);
        assert_eq!(effect(AFTER, &json!({})), Effect::Acknowledged);
        assert_eq!(
            effect("Cake.CallbackAfterBake", &reply(5)),
            Effect::Acknowledged
        );
        let trtc = |status, millis| judge("TRTC.101", status, b"", Duration::from_millis(millis));
        assert_eq!(trtc(StatusCode::OK, 5000), Effect::Acknowledged);
        let late = Why::TimedOut(Duration::from_secs(5));
        assert_eq!(trtc(StatusCode::OK, 5001), Effect::NotDelivered(late));
    }

    #[test]
    fn a_gift_is_blocked_if_nobody_decides() {
        let why = Why::Status(StatusCode::BAD_GATEWAY);
        let judged = judge(
            "Live.CallbackBeforeSendGift",
            StatusCode::BAD_GATEWAY,
            b"",
            Duration::ZERO,
        );
        assert_eq!(judged, Effect::NotDelivered(why));
    }
}
