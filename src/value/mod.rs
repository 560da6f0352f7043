//! The scalars of the protocol.

mod id;
mod platform;
mod raw_json;
mod time;

pub use self::{
    id::{Account, Id},
    platform::Platform,
    raw_json::{OneOrMany, RawJson},
    time::{UnixMillis, UnixSeconds},
};
