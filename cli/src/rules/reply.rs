//! The reply of a rule to a webhook.

use tower_tencent_webhook::{
    event::{Event, c2c, group, live, official_account, sns},
    message::Element,
    reply::{
        FriendVerdict, MemberVerdict, MessageVerdict, Reply, ReplyKind, SignalReply,
        SubscriberVerdict, Verdict,
    },
    value::Account,
};

use super::rule::{Action, Rule, RuleError};
use crate::protocol;

/// The reply to the command; a refusal of friend requests reads its body.
///
/// # Errors
///
/// Why the rule does not fit the command, or the body.
pub(crate) fn reply(rule: &Rule, command: &str, body: &[u8]) -> Result<Reply, RuleError> {
    let kind = protocol::command(command).map(|row| row.reply_kind);
    Ok(match rule.r#do {
        Action::Refuse => refusal(rule, kind, || accounts(command, body))?,
        Action::Drop => message(
            kind,
            MessageVerdict::DropSilently,
            MessageVerdict::DropSilently,
            MessageVerdict::DropSilently,
        )?,
        Action::Rewrite => {
            let text = rule.text.clone().ok_or(RuleError::NoText)?;
            let body = || vec![Element::text(text.clone())];
            message(
                kind,
                MessageVerdict::rewrite(body()),
                MessageVerdict::rewrite(body()),
                MessageVerdict::rewrite(body()),
            )?
        }
        Action::Allow | Action::HttpError | Action::Delay | Action::Hang => Reply::Pass,
    })
}

fn refusal(
    rule: &Rule,
    kind: Option<ReplyKind>,
    accounts: impl FnOnce() -> Option<Vec<Account>>,
) -> Result<Reply, RuleError> {
    let text = || rule.text.clone().unwrap_or_default();
    // Without code and text, just code 1: every command takes it.
    let plain = rule.text.is_none() && matches!(rule.code, None | Some(1));
    let only_code_1 = || match rule.code {
        None | Some(1) => Ok(()),
        Some(_) => Err(RuleError::Code),
    };
    macro_rules! refuse {
        ($verdict:ident, $code:ty) => {
            match rule.code {
                _ if plain => $verdict::Refuse,
                None => $verdict::refuse_with(<$code>::FIRST, text()),
                Some(code) => {
                    $verdict::refuse_with(<$code>::new(code).ok_or(RuleError::Code)?, text())
                }
            }
        };
    }
    Ok(match kind.ok_or(RuleError::NotRefusable)? {
        ReplyKind::Group => Reply::Group(refuse!(Verdict, group::Code)),
        ReplyKind::GroupMembers => Reply::GroupMembers(refuse!(MemberVerdict, group::Code)),
        ReplyKind::GroupMessage => Reply::GroupMessage(refuse!(MessageVerdict, group::Code)),
        ReplyKind::C2CMessage => Reply::C2CMessage(refuse!(MessageVerdict, c2c::Code)),
        ReplyKind::OfficialAccount => {
            Reply::OfficialAccount(refuse!(Verdict, official_account::Code))
        }
        ReplyKind::Subscribers => {
            only_code_1()?;
            Reply::Subscribers(SubscriberVerdict::Refuse)
        }
        ReplyKind::OfficialAccountMessage => {
            Reply::OfficialAccountMessage(refuse!(MessageVerdict, official_account::Code))
        }
        ReplyKind::Gift => Reply::Gift(refuse!(Verdict, live::Code)),
        ReplyKind::Signal => {
            only_code_1()?;
            Reply::Signal(SignalReply::Ignore)
        }
        ReplyKind::Friends => {
            let code = match rule.code {
                None | Some(1) => sns::Code::FIRST,
                Some(code) => sns::Code::new(code).ok_or(RuleError::Code)?,
            };
            let accounts = accounts().ok_or(RuleError::Accounts)?;
            Reply::Friends(
                accounts
                    .into_iter()
                    .fold(FriendVerdict::new(), |verdict, account| {
                        verdict.refuse(account, code, text())
                    }),
            )
        }
        _ => return Err(RuleError::NotRefusable),
    })
}

/// The verdict on a message, whichever kind it is.
fn message(
    kind: Option<ReplyKind>,
    group: MessageVerdict<group::Code>,
    c2c: MessageVerdict<c2c::Code>,
    official_account: MessageVerdict<official_account::Code>,
) -> Result<Reply, RuleError> {
    match kind {
        Some(ReplyKind::GroupMessage) => Ok(Reply::GroupMessage(group)),
        Some(ReplyKind::C2CMessage) => Ok(Reply::C2CMessage(c2c)),
        Some(ReplyKind::OfficialAccountMessage) => {
            Ok(Reply::OfficialAccountMessage(official_account))
        }
        _ => Err(RuleError::NotAMessage),
    }
}

/// The accounts that friend requests go to.
fn accounts(command: &str, body: &[u8]) -> Option<Vec<Account>> {
    match Event::decode(command, body).ok()? {
        Event::SnsPrevFriendAdd(event) => Some(
            event
                .friend_item
                .into_iter()
                .map(|item| item.to_account)
                .collect(),
        ),
        Event::SnsPrevFriendResponse(event) => Some(
            event
                .response_friend_item
                .into_iter()
                .map(|item| item.to_account)
                .collect(),
        ),
        _ => None,
    }
}
