//! The subcommands.

pub(crate) mod check;
pub(crate) mod commands;
pub(crate) mod listen;
pub(crate) mod replay;
pub(crate) mod trigger;
pub(crate) mod verify;
