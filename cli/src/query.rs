//! Queries, as they are: nothing is unescaped that will be sent again.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The names and values of a query, as they are.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The name of a parameter as it is compared: unescaped, in lower case.
pub(crate) fn parameter(name: &str) -> Option<String> {
    let name: Cow<'_, str> = percent_decode_str(name).decode_utf8().ok()?;
    Some(name.to_ascii_lowercase())
}
