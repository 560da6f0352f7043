//! How the protocol's JSON is declared and read.

mod error;
mod json_path;
pub(crate) mod lenient;
mod object;
pub(crate) mod readable;
pub(crate) mod string_enum;
pub(crate) mod surrogates;

pub use self::{
    error::{DecodeError, DecodeErrorKind},
    string_enum::UnknownValue,
};
pub(crate) use self::{object::wire, string_enum::string_enum};
