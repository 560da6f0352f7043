//! Lists whose only element may come without the list.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;

use crate::wire::lenient::{Lenient, field};

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
