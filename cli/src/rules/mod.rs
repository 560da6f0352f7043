//! Rules: the answer to a command, until the rule is removed.

mod commands;
mod reply;
mod rule;
mod set;

pub(crate) use self::{
    commands::{Command, commands},
    reply::reply,
    rule::{Hold, Rule, RuleError},
    set::Rules,
};
