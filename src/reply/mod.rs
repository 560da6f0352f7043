//! Replies: what a handler answers, typed by what the command allows.
//!
//! After-webhooks take [`Ack`]. Before-webhooks take a verdict, with the code type of their
//! command: a code that Tencent would ignore cannot be built.
//!
//! # Example
//!
//! ```
//! use tower_tencent_webhook::{event::group, reply::MessageVerdict};
//!
//! // Checked by the compiler: a number outside 10100..=10200 does not compile here.
//! const ADVERT: group::Code = group::Code::new(10_150).unwrap();
//!
//! fn moderate(text: &str) -> MessageVerdict<group::Code> {
//!     if text.contains("buy now") {
//!         MessageVerdict::refuse_with(ADVERT, "no adverts, please")
//!     } else {
//!         MessageVerdict::Allow
//!     }
//! }
//! # assert_eq!(moderate("hello"), MessageVerdict::Allow);
//! ```
//!
//! ```compile_fail,E0080
//! use tower_tencent_webhook::event::group;
//!
//! const OUT_OF_RANGE: group::Code = group::Code::new(1).unwrap();
//! # let _ = OUT_OF_RANGE;
//! ```

mod body;
pub(crate) mod code;
mod friend_verdict;
mod member_verdict;
mod message_verdict;
mod phase;
mod verdict;

use bytes::Bytes;

#[cfg(feature = "test-util")]
pub(crate) use self::body::Hidden;
pub(crate) use self::body::{OK as ACKNOWLEDGEMENT, REFUSED as REFUSAL};
use self::{
    body::{Body, Encode},
    code::{C2CCode, GiftCode, GroupCode, OfficialAccountCode},
};
pub use self::{
    body::{FriendResult, VerdictKind},
    code::ErrorCode,
    friend_verdict::FriendVerdict,
    member_verdict::{MemberVerdict, SubscriberVerdict},
    message_verdict::{MessageVerdict, Rewrite},
    phase::Phase,
    verdict::{Ack, SignalReply, Verdict},
};

/// A reply type that belongs to one form of reply. Implemented by the replies of this crate only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reply of a Tencent webhook",
    note = "use a type of `tower_tencent_webhook::reply`"
)]
pub trait TypedReply: Into<Reply> + Encode + Send + 'static {
    /// The form it belongs to.
    const KIND: ReplyKind;
}

/// Lists the forms of replies, once: name, typed reply and phase.
macro_rules! reply_kinds {
    ($($(#[$attribute:meta])* $kind:ident($type:ty) $phase:ident,)+) => {
        /// The forms of replies. Each command takes exactly one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ReplyKind {
            $($(#[$attribute])* $kind,)+
        }

        impl ReplyKind {
            /// When the commands of this form are sent.
            #[must_use]
            pub const fn phase(self) -> Phase {
                match self {
                    $(Self::$kind => Phase::$phase,)+
                }
            }
        }

        /// A reply of any form, for services of more than one command.
        ///
        /// The layer compares its form with that of the command: a wrong one is a
        /// [failure](crate::outcome::FailureKind::WrongReply), never an acknowledgement.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Reply {
            $($(#[$attribute])* $kind($type),)+
            /// Lets the action pass, in the form of whatever command it is: an after-webhook is
            /// acknowledged, a before-webhook allowed.
            Pass,
            /// Refuses the action, in the form of whatever before-webhook it is: of friend requests, that
            /// of every account that the body names. An after-webhook has nothing to refuse: there
            /// it is a wrong reply. A signal to a chatbot is left without an answer.
            Refuse,
        }

        impl Reply {
            /// Its form; `None` for `Pass` and `Refuse`, which take that of the command.
            #[must_use]
            pub fn kind(&self) -> Option<ReplyKind> {
                match self {
                    $(Self::$kind(_) => Some(ReplyKind::$kind),)+
                    Self::Pass | Self::Refuse => None,
                }
            }

            /// What it says about the action; of an acknowledgement, that it passes.
            pub(crate) fn verdict(&self) -> VerdictKind {
                match self {
                    $(Self::$kind(reply) => Encode::verdict(reply),)+
                    Self::Pass => VerdictKind::Allow,
                    Self::Refuse => VerdictKind::Refuse,
                }
            }

            /// The body of the reply to a command of the form `kind`.
            pub(crate) fn encode(self, kind: Option<ReplyKind>) -> Result<Bytes, serde_json::Error> {
                match self {
                    $(Self::$kind(reply) => Encode::into_body(reply),)+
                    Self::Pass => kind.map_or_else(Body::default, ReplyKind::pass),
                    // The form of most; `ReplyKind::refuse` has the others.
                    Self::Refuse => Body::code(1),
                }
                .encode()
            }
        }

        $(impl From<$type> for Reply {
            fn from(reply: $type) -> Self {
                Self::$kind(reply)
            }
        }

        impl TypedReply for $type {
            const KIND: ReplyKind = ReplyKind::$kind;
        })+
    };
}

reply_kinds! {
    /// The acknowledgement of an after-webhook.
    Ack(Ack) After,
    /// The verdict on a group or topic, or on an applicant to a group.
    Group(Verdict<GroupCode>) Before,
    /// The verdict on an invitation into a group.
    GroupMembers(MemberVerdict) Before,
    /// The verdict on a message to a group or a live room.
    GroupMessage(MessageVerdict<GroupCode>) Before,
    /// The verdict on a one-to-one message.
    C2CMessage(MessageVerdict<C2CCode>) Before,
    /// The verdict on an official account.
    OfficialAccount(Verdict<OfficialAccountCode>) Before,
    /// The verdict on subscribers of an official account.
    Subscribers(SubscriberVerdict) Before,
    /// The verdict on a message of an official account.
    OfficialAccountMessage(MessageVerdict<OfficialAccountCode>) Before,
    /// The verdict on friend requests.
    Friends(FriendVerdict) Before,
    /// The verdict on a gift in a live room.
    Gift(Verdict<GiftCode>) Before,
    /// The answer to a signal to a chatbot.
    Signal(SignalReply) Before,
}

impl ReplyKind {
    /// The reply that lets the action pass.
    fn pass(self) -> Body {
        match self {
            Self::Friends => friend_verdict::pass(),
            Self::Signal => Encode::into_body(SignalReply::Ignore),
            _ => Body::default(),
        }
    }

    /// The body that lets the action pass; `None` if the reply decides nothing.
    pub(crate) fn allow(self) -> Option<Bytes> {
        match self.phase() {
            Phase::Before => Reply::Pass.encode(Some(self)).ok(),
            Phase::After => None,
        }
    }

    /// The body that refuses the action of the webhook whose body is `request`; `None` if the
    /// reply decides nothing, or cannot be formed.
    pub(crate) fn refuse(self, request: &[u8]) -> Option<Bytes> {
        match self {
            Self::Ack => None,
            Self::Friends => friend_verdict::refuse_all(request),
            _ => Body::code(1).encode().ok(),
        }
    }

    /// Whether [`refuse`](ReplyKind::refuse) looks at the request.
    pub(crate) fn refuse_reads_request(self) -> bool {
        self == Self::Friends
    }
}

/// Reads the body of a reply. Used by the `testing` module.
#[cfg(feature = "test-util")]
pub(crate) fn decode<R: TypedReply>(body: &[u8]) -> Option<R> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = crate::wire::lenient::object(&mut json).ok()?;
    json.end().ok()?;
    R::from_body(read)
}
