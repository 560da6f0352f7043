//! Values of no fixed form: JSON that is kept as it came, and one value or a list of them.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, DeserializeOwned},
};
use serde_json::value::RawValue;

use crate::wire::{
    DecodeError,
    lenient::{Lenient, field},
    surrogates,
};

/// A JSON value of a shape that the vendor leaves open, given back as it came.
///
/// Two are equal if their JSON text is the same. `Debug` does not show it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// The value as JSON, as it came.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// The value as text: a string without its quotes and escapes, any other value as JSON.
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        match self.decode::<String>() {
            Ok(text) => Cow::Owned(text),
            Err(_) => Cow::Borrowed(self.as_json()),
        }
    }

    /// The value as a type of your own.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if it does not have the shape of `T`.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        surrogates::lossy(self.as_json(), |json| serde_json::from_str(json))
            .map_err(|error| DecodeError::from_json(&error, self.as_json()).without_names(0))
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawJson")
    }
}

impl<'de> Lenient<'de> for RawJson {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

/// One value or several, given back as it came.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[allow(
    clippy::exhaustive_enums,
    reason = "there is nothing between one and many"
)]
pub enum OneOrMany<T = String> {
    /// One value.
    One(T),
    /// A list of values.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// The values, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
        .iter()
    }
}

impl<'de, T: for<'a> Lenient<'a>> Lenient<'de> for OneOrMany<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <Box<RawValue>>::deserialize(deserializer)?;
        let mut value = serde_json::Deserializer::from_str(json.get());
        let read = if json.get().starts_with('[') {
            field(&mut value).map(Self::Many)
        } else {
            field(&mut value).map(Self::One)
        };
        read.map_err(|_| de::Error::custom("neither a value nor a list of them"))
    }
}

/// Does not show the values.
impl<T> fmt::Debug for OneOrMany<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneOrMany")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> RawJson {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn a_string_loses_its_quotes_and_anything_else_stays_json() {
        assert_eq!(json(r#""a\"b\ud83d""#).to_text(), "a\"b\u{fffd}");
        assert_eq!(json("17").to_text(), "17");
        assert_eq!(json("17").decode(), Ok(17));
        assert_eq!(json(r#"{"A": [1]}"#).to_text(), r#"{"A": [1]}"#);
    }
}
