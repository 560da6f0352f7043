//! What the benches share: the stacks that are compared, what they are sent, and how.

#![allow(dead_code, reason = "each bench uses a part of it")]

pub(crate) mod by_hand;
pub(crate) mod ours;
pub(crate) mod request;
pub(crate) mod stack;
pub(crate) mod stream;

pub(crate) use self::{
    request::Request,
    stack::{Look, Stack},
};

/// The app of every request.
pub(crate) const APP: u64 = 1_400_000_000;
/// Its key for events of TRTC.
pub(crate) const KEY: &str = "TheKeySetInTheConsole7";
/// Its token.
pub(crate) const TOKEN: &str = "the token set in the console";

pub(crate) const AFTER: &str = "Group.CallbackAfterSendMsg";
pub(crate) const BEFORE: &str = "Group.CallbackBeforeSendMsg";

/// The answer to a good webhook.
pub(crate) const OK: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;
