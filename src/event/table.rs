//! The one table of commands. A new command is one row here, one struct and one fixture.

use super::{Payload, Undecodable, Webhook, decode, group};
use crate::{
    error::DecodeError,
    phase::Phase,
    reply::{Ack, Form, MessageVerdict, Reply, TypedReply},
};

/// What the table knows of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Command {
    /// Its name on the wire, such as `Group.CallbackAfterSendMsg`.
    pub command: &'static str,
    /// Its event type, as a path below [`event`](crate::event).
    pub event: &'static str,
    /// When it is sent, in a few words.
    pub summary: &'static str,
    /// The form of its reply.
    pub form: Form,
    /// The vendor's page about it.
    pub page: &'static str,
    /// Other commands that the body is documented to name in place of this one.
    pub(crate) aliases: &'static [&'static str],
}

impl Command {
    /// When it is sent, relative to its action.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.form.phase()
    }
}

/// One row a command: name, variant of [`Event`], type, reply, vendor's page, summary.
///
/// `also "Other.Command"` after the page lists what the body may name instead.
macro_rules! commands {
    ($(
        $command:literal $variant:ident($($event:ident)::+) -> $reply:ty,
        $page:literal $(also $($alias:literal)+)?, $summary:literal;
    )+) => {
        /// Every documented webhook, by command. See the [module docs](crate::event) for an
        /// example.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            $(
                #[doc = concat!("`", $command, "`: ", $summary, " ([page](", $page, ")).")]
                $variant(Box<$($event)::+>),
            )+
            /// A command that this release does not know. The body is not parsed:
            /// [`Delivery::body`](crate::Delivery::body) has it.
            Unknown,
            /// A known command whose body does not have the documented shape. Answer it with the
            /// error that it holds, and the layer treats it as a failure.
            Undecodable(Undecodable),
        }

        /// Every command of this release, in the order of the vendor's list.
        pub const COMMANDS: &[Command] = &[$(
            Command {
                command: $command,
                event: stringify!($($event)::+),
                summary: $summary,
                form: <$reply as TypedReply>::FORM,
                page: $page,
                aliases: &[$($($alias),+)?],
            },
        )+];

        /// The row of a command.
        pub(crate) fn find(command: &str) -> Option<&'static Command> {
            COMMANDS.iter().find(|row| row.command == command)
        }

        impl Payload for Event {
            type Reply = Reply;

            const ONLY: Option<&'static str> = None;

            fn decode(command: &str, body: &[u8]) -> Result<Self, DecodeError> {
                let decoded = match command {
                    $($command => decode::decode($command, body).map(|event| Self::$variant(Box::new(event))),)+
                    _ => Ok(Self::Unknown),
                };
                Ok(decoded.unwrap_or_else(|error| Self::Undecodable(Undecodable { error })))
            }

            fn form(command: &str) -> Option<Form> {
                find(command).map(|row| row.form)
            }
        }

        /// Serialises the event in the newest documented form; `Unknown` and `Undecodable` as
        /// `null`.
        impl serde::Serialize for Event {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(event) => event.serialize(serializer),)+
                    Self::Unknown | Self::Undecodable(_) => serializer.serialize_unit(),
                }
            }
        }

        $(
            impl Webhook for $($event)::+ {
                const COMMAND: &'static str = $command;
                type Reply = $reply;
            }

            impl From<$($event)::+> for Event {
                fn from(event: $($event)::+) -> Self {
                    Self::$variant(Box::new(event))
                }
            }
        )+

        /// A documented body of the command. Used by the `testing` module.
        #[cfg(feature = "test-util")]
        pub(crate) fn sample(command: &str) -> Option<&'static str> {
            match command {
                $($command => Some(include_str!(concat!("../../tests/fixtures/", $command, ".json"))),)+
                _ => None,
            }
        }
    };
}

commands! {
    "Group.CallbackBeforeSendMsg" GroupBeforeSendMsg(group::BeforeSendMsg) -> MessageVerdict<group::Code>,
        "https://www.tencentcloud.com/document/product/1047/34374", "before a group message is sent";
    "Group.CallbackAfterSendMsg" GroupAfterSendMsg(group::AfterSendMsg) -> Ack,
        "https://www.tencentcloud.com/document/product/1047/34375", "after a group message is sent";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_command_never_contradicts_its_reply() {
        for row in COMMANDS {
            if let Some(phase) = Phase::from_command_name(row.command) {
                assert_eq!(phase, row.phase(), "{}", row.command);
            }
        }
    }

    #[test]
    fn a_command_stands_in_the_table_once() {
        for (index, row) in COMMANDS.iter().enumerate() {
            assert_eq!(
                COMMANDS
                    .iter()
                    .position(|other| other.command == row.command),
                Some(index)
            );
        }
    }
}
