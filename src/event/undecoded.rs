//! Payloads that are not events.

use crate::wire::DecodeError;

/// The payload of a delivery that is verified but not decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Undecoded;

/// The payload of a delivery whose body does not have the documented shape.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undecodable {
    /// Why. To answer it as an undecodable body, return this error.
    pub error: DecodeError,
}
