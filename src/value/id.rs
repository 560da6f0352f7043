//! Ids of rooms and tasks.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::wire::lenient::Lenient;

/// An id that comes as a number or as a string, given back as it came.
///
/// A client that joins the numeric room 7 and one that joins the room `"7"` are in different rooms,
/// and some events tell the two apart by this alone. `Display` shows it; `Debug` does not.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[allow(
    clippy::exhaustive_enums,
    reason = "there is nothing between a number and a text"
)]
pub enum Id {
    /// A number.
    Number(u64),
    /// A string.
    Text(String),
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(id) => id.fmt(f),
            Self::Text(id) => id.fmt(f),
        }
    }
}

/// Does not show the id.
impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Id")
    }
}

impl<'de> Lenient<'de> for Id {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;

        impl<'de> Visitor<'de> for NumberOrText {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a text")
            }

            fn visit_str<E: de::Error>(self, id: &str) -> Result<Id, E> {
                Ok(Id::Text(id.to_owned()))
            }

            fn visit_u64<E: de::Error>(self, id: u64) -> Result<Id, E> {
                Ok(Id::Number(id))
            }

            /// How numbers arrive when another crate switches on serde_json's
            /// `arbitrary_precision`.
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Id, A::Error> {
                let number = serde_json::Number::deserialize(MapAccessDeserializer::new(map))?;
                let id = number
                    .as_u64()
                    .ok_or_else(|| de::Error::custom("not a whole number"))?;
                self.visit_u64(id)
            }
        }

        deserializer.deserialize_any(NumberOrText)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_text_of_the_same_digits_are_two_ids() {
        let number: Id = serde_json::from_str("18446744073709551615").expect("reads");
        let text: Id = serde_json::from_str(r#""18446744073709551615""#).expect("reads");
        assert_ne!(number, text);
        assert_eq!(number.to_string(), text.to_string());
        for id in [number, text] {
            let written = serde_json::to_string(&id).expect("writes");
            assert_eq!(serde_json::from_str::<Id>(&written).expect("reads"), id);
        }
    }

    #[test]
    fn anything_else_is_refused_and_not_shown() {
        for other in [
            "-1",
            "1.5",
            "18446744073709551616",
            "null",
            "true",
            "{}",
            "[]",
        ] {
            assert!(serde_json::from_str::<Id>(other).is_err(), "{other}");
        }
        assert_eq!(format!("{:?}", Id::Text("room".to_owned())), "Id");
    }
}
