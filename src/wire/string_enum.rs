//! Enums for the words that the vendor lists: open, so that a new word is never an error.

use std::fmt;

/// Declares an enum of documented words with an `Unknown` variant for all others.
///
/// A row is the variant, its docs and its word on the wire. Words are compared byte for byte, and
/// an unknown one is given back as it came.
macro_rules! string_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $($(#[$row_attribute:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$attribute])*
        ///
        /// The list is open: a word that this release does not know is kept in `Unknown` and
        /// serialised back unchanged.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$row_attribute])* $variant,)+
            /// A word that this release does not know.
            Unknown($crate::wire::UnknownValue),
        }

        impl $name {
            /// Every documented word with its variant.
            const VALUES: &[(&str, Self)] = &[$(($word, Self::$variant)),+];

            /// The word on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unknown(word) => word.as_str(),
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                Self::VALUES
                    .iter()
                    .find(|(known, _)| *known == word)
                    .map_or_else(|| Self::Unknown($crate::wire::UnknownValue::new(word)), |(_, variant)| variant.clone())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word: $crate::wire::lenient::BorrowedText<'de> = serde::Deserialize::deserialize(deserializer)?;
                Ok(Self::from(&*word.0))
            }
        }

        impl<'de> $crate::wire::lenient::Lenient<'de> for $name {
            fn read<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }
        }
    };
}
pub(crate) use string_enum;

/// A word outside the documented list.
///
/// Its text can be read through the `as_str` of the enum that holds it, but not matched: a later
/// release may give the word a variant of its own.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    pub(crate) fn new(word: &str) -> Self {
        Self(word.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Does not show the word: it comes from outside.
impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnknownValue")
    }
}
