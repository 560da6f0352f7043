//! What sends webhooks: `trigger` and `replay`, and the faults that they and `check` can make.

mod common;
mod fault;
pub(crate) mod replay;
pub(crate) mod trigger;

pub(crate) use self::{
    common::{PATIENCE, effect, print, runtime, unanswered},
    fault::{Fault, Shot},
};
