//! Lists of texts that also come as one text.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;

use crate::wire::lenient::{Lenient, field};

/// One text or several, given back as it came.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[allow(
    clippy::exhaustive_enums,
    reason = "there is nothing between one and many"
)]
pub enum OneOrMany {
    /// One text.
    One(String),
    /// A list of texts.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The texts, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
        .iter()
        .map(String::as_str)
    }
}

impl<'de> Lenient<'de> for OneOrMany {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <Box<RawValue>>::deserialize(deserializer)?;
        let mut value = serde_json::Deserializer::from_str(json.get());
        let read = if json.get().starts_with('"') {
            field(&mut value).map(Self::One)
        } else {
            field(&mut value).map(Self::Many)
        };
        read.map_err(|_| de::Error::custom("neither a text nor a list of texts"))
    }
}

/// Does not show the texts.
impl fmt::Debug for OneOrMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneOrMany")
    }
}
