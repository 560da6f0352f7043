//! Tolerant readers: the leniencies that the vendor's own samples ask for, and no others.
//!
//! A leniency is decided once for each type, not for each field:
//!
//! - a number or a boolean may be in quotes,
//! - an absent optional field, `null` and, where a field says so, `""` are `None`,
//! - an object must be an object: serde's derive alone would take an array by position.
//!
//! [`wire!`](crate::wire) declares structs whose fields are all read like this.

use std::{borrow::Cow, fmt, marker::PhantomData, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;

/// A value of the wire, read with the leniencies of its type.
pub(crate) trait Lenient<'de>: Sized {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// The value of an optional field that is present and not `null`.
    fn read_present<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Self::read(deserializer).map(Some)
    }
}

/// Reads a value through [`Lenient`].
pub(crate) fn field<'de, T: Lenient<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// A value that serde reads through [`Lenient`].
#[derive(Default)]
pub(crate) struct Read<T>(pub(crate) T);

impl<'de, T: Lenient<'de>> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// An optional text in which the vendor writes `""` for "none".
pub(crate) struct NoneIfEmpty<T>(pub(crate) Option<T>);

impl<T> Default for NoneIfEmpty<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Lenient<'de> + AsRef<str>> Deserialize<'de> for NoneIfEmpty<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Option<T>>::read(deserializer)?;
        Ok(Self(text.filter(|text| !text.as_ref().is_empty())))
    }
}

/// Reads `T` from an object, and from nothing else.
pub(crate) fn object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_map(Object(PhantomData))
}

/// A text that is only looked at: borrowed, unless it has escapes. A plain `Cow` would
/// always allocate.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct BorrowedText<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// A whole number, bare or in quotes. `None` for the empty string.
struct Number<T>(PhantomData<T>);

impl<'de, T> Visitor<'de> for Number<T>
where
    T: FromStr + TryFrom<u64> + TryFrom<i64>,
{
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, which may be quoted")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        T::try_from(number)
            .map(Some)
            .map_err(|_| E::custom("number out of range"))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        T::try_from(number)
            .map(Some)
            .map_err(|_| E::custom("number out of range"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.is_empty() {
            return Ok(None);
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(E::custom("not a whole number"));
        }
        text.parse()
            .map(Some)
            .map_err(|_| E::custom("number out of range"))
    }

    /// How numbers arrive when another crate switches on serde_json's `arbitrary_precision`.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let number = serde_json::Number::deserialize(MapAccessDeserializer::new(map))?;
        self.visit_str(&number.to_string())
    }
}

macro_rules! numbers {
    ($($number:ty)+) => {$(
        impl<'de> Lenient<'de> for $number {
            fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::read_present(deserializer)?.ok_or_else(|| de::Error::custom("not a whole number"))
            }

            fn read_present<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                deserializer.deserialize_any(Number(PhantomData))
            }
        }
    )+};
}
numbers!(u32 u64 i64);

/// A number with a fraction, bare or in quotes.
impl<'de> Lenient<'de> for f64 {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read_present(deserializer)?.ok_or_else(|| de::Error::custom("not a number"))
    }

    fn read_present<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        struct Decimal;

        impl<'de> Visitor<'de> for Decimal {
            type Value = Option<f64>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, which may be quoted")
            }

            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Some(number))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                if text.is_empty() {
                    return Ok(None);
                }
                // JSON's own spelling: not `inf`, not `+1`.
                let number = text
                    .parse()
                    .ok()
                    .and_then(|number: serde_json::Number| number.as_f64());
                number.map(Some).ok_or_else(|| E::custom("not a number"))
            }

            /// As for [`Number`].
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let number = serde_json::Number::deserialize(MapAccessDeserializer::new(map))?;
                self.visit_str(&number.to_string())
            }
        }

        deserializer.deserialize_any(Decimal)
    }
}

/// A boolean, bare or in quotes.
impl<'de> Lenient<'de> for bool {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Truth;

        impl Visitor<'_> for Truth {
            type Value = bool;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false, which may be quoted")
            }

            fn visit_bool<E>(self, truth: bool) -> Result<bool, E> {
                Ok(truth)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
                text.parse()
                    .map_err(|_| E::custom("neither true nor false"))
            }
        }

        deserializer.deserialize_any(Truth)
    }
}

/// Types that are read as they are.
macro_rules! strict {
    ($($strict:ty)+) => {$(
        impl<'de> Lenient<'de> for $strict {
            fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }
        }
    )+};
}
strict!(String Box<RawValue>);

impl<'de, T: Lenient<'de>> Lenient<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Optional<T>(PhantomData<T>);

        impl<'de, T: Lenient<'de>> Visitor<'de> for Optional<T> {
            type Value = Option<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or null")
            }

            fn visit_none<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            fn visit_unit<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            fn visit_some<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Option<T>, D::Error> {
                T::read_present(deserializer)
            }
        }

        deserializer.deserialize_option(Optional(PhantomData))
    }
}

impl<'de, T: Lenient<'de>> Lenient<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List<T>(PhantomData<T>);

        impl<'de, T: Lenient<'de>> Visitor<'de> for List<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(Read(item)) = seq.next_element()? {
                    list.push(item);
                }
                Ok(list)
            }
        }

        deserializer.deserialize_seq(List(PhantomData))
    }
}
