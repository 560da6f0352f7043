//! Rules: the answer to a command, until the rule is removed.

mod fit;
mod reply;
mod rule;
mod set;
mod unfit;

pub(crate) use self::{
    fit::fitting,
    reply::reply,
    rule::{Do, Hold, Rule},
    set::Rules,
    unfit::Unfit,
};
