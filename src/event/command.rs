//! What a table of commands is made of.

use crate::reply::{Phase, ReplyKind};

/// What the table knows about a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Command {
    /// Its name: on the wire, such as `Group.CallbackAfterSendMsg`, or `TRTC.` and the `EventType`.
    pub command: &'static str,
    /// Its event type, as a path below [`event`](crate::event) or [`trtc`](crate::trtc).
    pub event: &'static str,
    /// When it is sent, in a few words.
    pub summary: &'static str,
    /// The vendor's own name for it, in Chinese.
    pub name_zh: &'static str,
    /// The type of its reply, as a path below [`reply`](crate::reply).
    pub reply: &'static str,
    /// The form of its reply.
    pub reply_kind: ReplyKind,
    /// The vendor's page about it.
    pub page: &'static str,
    /// Other spellings of its name that the vendor documents.
    pub aliases: &'static [&'static str],
    /// Commands that its body is documented to name instead.
    pub(crate) named_in_body: &'static [&'static str],
    /// What identifies one of its events.
    pub(crate) key: KeyRule,
}

impl Command {
    /// When it is sent, relative to its action.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.reply_kind.phase()
    }
}

/// Declares a table of commands, and the enum of all their events.
///
/// One row for each command: name, variant, type, reply, vendor's page, summary, name in Chinese.
/// After the page, `also` gives another spelling of the name, and `body` another command that the
/// body may name. At the end, `key` gives a [`KeyRule`] other than the one of the table.
macro_rules! commands {
    (@key $default:expr) => { $default };
    (@key $default:expr, $key:expr) => { $key };
    (
        $(#[$enum_doc:meta])*
        pub enum $events:ident;
        $(#[$table_doc:meta])*
        pub const $table:ident, key $default:expr;
        $(
            $command:literal $variant:ident($event:ty) -> $reply:ty,
            $page:literal $(also $alias:literal)? $(body $named:literal)?,
            $summary:literal, $name_zh:literal $(, key $key:expr)?;
        )+
    ) => {
        $(#[$enum_doc])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $events {
            $(
                #[doc = concat!("`", $command, "`: ", $summary, " ([page](", $page, ")).")]
                #[doc(alias = $command)]
                $variant(Box<$event>),
            )+
            /// A command that this release does not know. The body is not parsed:
            /// [`Delivery::body`](crate::Delivery::body) has it.
            Unknown,
        }

        $(#[$table_doc])*
        ///
        /// | command | event | reply | page |
        /// | --- | --- | --- | --- |
        $(#[doc = concat!(
            "| `", $command, "` | [`", stringify!($event), "`] | `", stringify!($reply), "` | [", $summary, "](", $page, ") |"
        )])+
        pub const $table: &[$crate::event::Command] = &[$(
            $crate::event::Command {
                command: $command,
                event: stringify!($event),
                summary: $summary,
                name_zh: $name_zh,
                reply: stringify!($reply),
                reply_kind: <$reply as $crate::reply::TypedReply>::KIND,
                page: $page,
                aliases: &[$($alias)?],
                named_in_body: &[$($named)?],
                key: commands!(@key $default $(, $key)?),
            },
        )+];

        impl $events {
            /// Decodes the body of `command`; [`Unknown`](Self::Unknown) for a command that this
            /// release does not know.
            ///
            /// # Errors
            ///
            /// [`DecodeError`](crate::error::DecodeError) if the body does not have the documented shape.
            // Inlined, so that only a program that takes all events compiles the decoding of all:
            // the library alone builds in half the time.
            #[inline]
            pub fn decode(command: &str, body: &[u8]) -> Result<Self, $crate::wire::DecodeError> {
                match command {
                    $($command => <$event as $crate::event::Payload>::decode($command, body).map(|event| Self::$variant(Box::new(event))),)+
                    _ => Ok(Self::Unknown),
                }
            }
        }

        /// Serialises the event in the newest documented form; `Unknown` as `null`.
        impl serde::Serialize for $events {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(event) => event.serialize(serializer),)+
                    Self::Unknown => serializer.serialize_unit(),
                }
            }
        }

        $(
            impl $crate::event::Webhook for $event {
                const COMMAND: &'static str = $command;
                type Reply = $reply;
                const NAMES_ARE_FIELDS: bool = true;
            }

            impl From<$event> for $events {
                fn from(event: $event) -> Self {
                    Self::$variant(Box::new(event))
                }
            }
        )+
    };
}
pub(crate) use commands;

/// Which parts of a body make the key of its event. Two events must never share a key; a repeat
/// by the vendor should have that of the first. See [`EventKey`](crate::EventKey).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyRule {
    /// The whole body, if it holds its time to the millisecond.
    Body,
    /// The whole body, if it has an id in this member; else as [`Body`](KeyRule::Body).
    BodyWith(&'static str),
    /// The identity of a message, and its content, so that another message with the same identity
    /// has another key. As [`Body`](KeyRule::Body) if one of `needs` is missing.
    Message {
        needs: &'static [&'static str],
        also: &'static [&'static str],
    },
    /// `EventType` and `EventInfo` of the events of TRTC, if they hold their time to the
    /// millisecond.
    EventInfo,
    /// The `eventID` of an event of TRTC.
    EventId,
    /// No key: equal bodies may be two events, such as on, off and on again within a second.
    Never,
}
