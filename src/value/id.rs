//! Ids of accounts, rooms and tasks.

use std::{borrow::Borrow, fmt, ops::Deref};

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

/// The id of a user (`UserID`, in the protocol `.._Account`), as the app gave it to Tencent.
///
/// It dereferences to `str`. Some webhooks write an id of digits as a bare number: it is read
/// with every digit kept. `Debug` does not show it; `Display` does.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Account(Box<str>);

impl Account {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Account {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Account {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Account {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Account {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for Account {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl From<Account> for String {
    fn from(account: Account) -> Self {
        account.0.into()
    }
}

impl PartialEq<str> for Account {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Account {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Does not show the id.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Account")
    }
}

impl<'de> Lenient<'de> for Account {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Id;

        impl<'de> Visitor<'de> for Id {
            type Value = Account;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an account id")
            }

            fn visit_str<E: de::Error>(self, id: &str) -> Result<Account, E> {
                Ok(Account::from(id))
            }

            fn visit_u64<E: de::Error>(self, id: u64) -> Result<Account, E> {
                Ok(Account::from(id.to_string()))
            }

            /// How numbers arrive when another crate switches on serde_json's
            /// `arbitrary_precision`.
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Account, A::Error> {
                let number = serde_json::Number::deserialize(MapAccessDeserializer::new(map))?;
                let id = number
                    .as_u64()
                    .ok_or_else(|| de::Error::custom("not an account id"))?;
                self.visit_u64(id)
            }
        }

        deserializer.deserialize_any(Id)
    }
}

impl<'de> Deserialize<'de> for Account {
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

    #[test]
    fn a_bare_number_keeps_every_digit() {
        let account: Account = serde_json::from_str("18446744073709551615").expect("reads");
        assert_eq!(account, "18446744073709551615");
        for other in [
            "-1",
            "1.5",
            "18446744073709551616",
            "null",
            "true",
            "{}",
            "[]",
        ] {
            assert!(serde_json::from_str::<Account>(other).is_err(), "{other}");
        }
    }

    #[test]
    fn debug_does_not_show_the_id() {
        assert_eq!(format!("{:?}", Account::from("alice")), "Account");
    }
}
