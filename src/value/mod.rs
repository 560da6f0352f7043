//! The scalars of the protocol.

mod account;
mod id;
mod one_or_many;
mod platform;
mod raw_json;
mod time;

pub use self::{
    account::Account,
    id::Id,
    one_or_many::OneOrMany,
    platform::Platform,
    raw_json::RawJson,
    time::{UnixMillis, UnixSeconds},
};
