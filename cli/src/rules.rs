//! Rules: the answer to a command, until the rule is removed.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tower::BoxError;
use tower_tencent_webhook::{
    Account,
    event::{Event, c2c, group, live, official_account, sns},
    message::Element,
    reply::{
        FriendVerdict, MemberVerdict, MessageVerdict, Reply, ReplyKind, SignalReply,
        SubscriberVerdict, Verdict,
    },
};

use crate::{commands, listen::Hold};

/// The longest delay.
const MAX_DELAY_MS: u64 = 60_000;
/// The longest text and the longest name of a command, in bytes.
const MAX_TEXT: usize = 8 * 1024;
const MAX_NAME: usize = 128;
/// How many rules there are at most, more than there are commands.
const MAX_RULES: usize = 500;

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Do {
    Allow,
    Refuse,
    Drop,
    Rewrite,
    HttpError,
    Delay,
    Hang,
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    r#do: Do,
    /// Of a refusal, within the range of the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<u32>,
    /// Of a refusal, or in place of a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Of an HTTP error; 500 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Of a delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ms: Option<u64>,
}

impl Rule {
    /// The status in place of an answer.
    pub(crate) fn http_error(&self) -> Option<u16> {
        (self.r#do == Do::HttpError).then(|| self.status.unwrap_or(500))
    }

    /// How long the answer is held back.
    pub(crate) fn hold(&self) -> Option<Hold> {
        match self.r#do {
            Do::Delay => Some(Hold::For(Duration::from_millis(self.ms.unwrap_or(0)))),
            Do::Hang => Some(Hold::Forever),
            _ => None,
        }
    }

    /// The reply to the command; a refusal of friend requests reads its body.
    ///
    /// # Errors
    ///
    /// Why the rule does not fit the command, or the body.
    pub(crate) fn reply(&self, command: &str, body: &[u8]) -> Result<Reply, BoxError> {
        let kind = commands::find(command).map(|row| row.reply_kind);
        Ok(match self.r#do {
            Do::Refuse => self.refusal(kind, || accounts(command, body))?,
            Do::Drop => message(
                kind,
                MessageVerdict::DropSilently,
                MessageVerdict::DropSilently,
                MessageVerdict::DropSilently,
            )?,
            Do::Rewrite => {
                let text = self.text.clone().ok_or("a rewrite needs a text")?;
                let body = || vec![Element::text(text.clone())];
                message(
                    kind,
                    MessageVerdict::rewrite(body()),
                    MessageVerdict::rewrite(body()),
                    MessageVerdict::rewrite(body()),
                )?
            }
            Do::Allow | Do::HttpError | Do::Delay | Do::Hang => Reply::Pass,
        })
    }

    /// Whether the rule fits the command.
    ///
    /// # Errors
    ///
    /// Why it does not.
    fn check(&self, command: &str) -> Result<(), String> {
        match self.r#do {
            Do::HttpError if !(400..=599).contains(&self.status.unwrap_or(500)) => {
                return Err("`status` must be from 400 to 599".to_owned());
            }
            Do::Delay if !(1..=MAX_DELAY_MS).contains(&self.ms.unwrap_or(0)) => {
                return Err(format!("`ms` must be from 1 to {MAX_DELAY_MS}"));
            }
            _ => {}
        }
        if self.text.as_ref().is_some_and(|text| text.len() > MAX_TEXT) {
            return Err(format!("`text` must not be longer than {MAX_TEXT} bytes"));
        }
        let friends = br#"{"From_Account":"a","FriendItem":[{"To_Account":"b"}],"ResponseFriendItem":[{"To_Account":"b"}]}"#;
        self.reply(command, friends)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    fn refusal(
        &self,
        kind: Option<ReplyKind>,
        accounts: impl FnOnce() -> Option<Vec<Account>>,
    ) -> Result<Reply, BoxError> {
        let text = || self.text.clone().unwrap_or_default();
        // Without code and text, just code 1: every command takes it.
        let plain = self.text.is_none() && matches!(self.code, None | Some(1));
        let only_code_1 = || match self.code {
            None | Some(1) => Ok(()),
            Some(_) => Err(OUT_OF_RANGE),
        };
        macro_rules! refuse {
            ($verdict:ident, $code:ty) => {
                match self.code {
                    _ if plain => $verdict::Refuse,
                    None => $verdict::refuse_with(<$code>::FIRST, text()),
                    Some(code) => {
                        $verdict::refuse_with(<$code>::new(code).ok_or(OUT_OF_RANGE)?, text())
                    }
                }
            };
        }
        Ok(match kind.ok_or(NOT_REFUSABLE)? {
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
                let code = match self.code {
                    None | Some(1) => sns::Code::FIRST,
                    Some(code) => sns::Code::new(code).ok_or(OUT_OF_RANGE)?,
                };
                let accounts = accounts().ok_or("the accounts of the request cannot be read")?;
                Reply::Friends(
                    accounts
                        .into_iter()
                        .fold(FriendVerdict::new(), |verdict, account| {
                            verdict.refuse(account, code, text())
                        }),
                )
            }
            _ => return Err(NOT_REFUSABLE.into()),
        })
    }
}

const OUT_OF_RANGE: &str = "`code` is not one that Tencent passes on for this command";
const NOT_REFUSABLE: &str = "this command cannot be refused: its action is done when it is sent";
const NOT_A_MESSAGE: &str = "only a message that is about to be sent can be dropped or rewritten";

/// The verdict on a message, whichever kind it is.
fn message(
    kind: Option<ReplyKind>,
    group: MessageVerdict<group::Code>,
    c2c: MessageVerdict<c2c::Code>,
    official_account: MessageVerdict<official_account::Code>,
) -> Result<Reply, &'static str> {
    match kind {
        Some(ReplyKind::GroupMessage) => Ok(Reply::GroupMessage(group)),
        Some(ReplyKind::C2CMessage) => Ok(Reply::C2CMessage(c2c)),
        Some(ReplyKind::OfficialAccountMessage) => {
            Ok(Reply::OfficialAccountMessage(official_account))
        }
        _ => Err(NOT_A_MESSAGE),
    }
}

/// What a rule of the command may do.
pub(crate) fn fitting(command: &str) -> Vec<Do> {
    let fits = |r#do: &Do| {
        let rule = Rule {
            r#do: *r#do,
            code: None,
            text: Some(String::new()),
            status: None,
            ms: Some(1),
        };
        rule.check(command).is_ok()
    };
    [
        Do::Allow,
        Do::Refuse,
        Do::Drop,
        Do::Rewrite,
        Do::HttpError,
        Do::Delay,
        Do::Hang,
    ]
    .into_iter()
    .filter(fits)
    .collect()
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

/// The rules, by the first name of their command: deliveries have that one, whichever of its names
/// they came under.
#[derive(Debug, Default)]
pub(crate) struct Rules(Mutex<BTreeMap<String, Rule>>);

impl Rules {
    pub(crate) fn get(&self, command: &str) -> Option<Rule> {
        self.lock().get(first_name(command)).cloned()
    }

    /// Sets the rule of a command.
    ///
    /// # Errors
    ///
    /// Why it does not fit the command.
    pub(crate) fn set(&self, command: &str, rule: Rule) -> Result<(), String> {
        let command = first_name(command);
        if command.len() > MAX_NAME {
            return Err("no command has so long a name".to_owned());
        }
        rule.check(command)?;
        let mut rules = self.lock();
        if rules.len() >= MAX_RULES && !rules.contains_key(command) {
            return Err(format!("there are {MAX_RULES} rules already; remove one"));
        }
        rules.insert(command.to_owned(), rule);
        Ok(())
    }

    /// Removes the rule of a command, if there is one.
    pub(crate) fn remove(&self, command: &str) {
        self.lock().remove(first_name(command));
    }

    pub(crate) fn all(&self) -> BTreeMap<String, Rule> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Rule>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of a command in deliveries; one that is not known has only one.
fn first_name(command: &str) -> &str {
    commands::find(command).map_or(command, |row| row.command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Rule {
        Rule {
            r#do: Do::Rewrite,
            code: None,
            text: Some(text.to_owned()),
            status: None,
            ms: None,
        }
    }

    #[test]
    fn rules_are_bounded_in_number_and_length() {
        let rules = Rules::default();
        let allow = || Rule {
            r#do: Do::Allow,
            ..rule("")
        };
        for number in 0..MAX_RULES {
            rules.set(&format!("New.{number}"), allow()).expect("room");
        }
        assert!(rules.set("New.More", allow()).is_err());
        rules.set("New.1", allow()).expect("it is there already");
        rules.remove("New.2");
        rules.set("New.More", allow()).expect("room again");

        rules.remove("New.3");
        assert!(rules.set(&"x".repeat(MAX_NAME + 1), allow()).is_err());
        let command = "C2C.CallbackBeforeSendMsg";
        rules
            .set(command, rule(&"x".repeat(MAX_TEXT)))
            .expect("fits");
        assert!(rules.set(command, rule(&"x".repeat(MAX_TEXT + 1))).is_err());
    }
}
