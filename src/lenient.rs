//! Tolerant readers: the leniencies that the vendor's own samples ask for, and no others.
//!
//! [`wire!`] declares a JSON object of the protocol as a plain struct and reads each field
//! through [`Lenient`], so that a leniency is decided once for each type:
//!
//! - a number or a truth value may stand in quotes,
//! - an absent optional field, `null` and, where a field says so, `""` are `None`,
//! - an absent optional list is empty,
//! - an object must be an object: serde's derive alone would take an array by position.

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

/// The `deserialize_with` of every field.
///
/// Not inlined: serde makes a wrapper for each field, and there are hundreds.
#[inline(never)]
pub(crate) fn field<'de, T: Lenient<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// The `deserialize_with` of a text field in which the vendor writes `""` for "none".
#[inline(never)]
pub(crate) fn none_if_empty<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Lenient<'de> + AsRef<str>,
    D: Deserializer<'de>,
{
    Ok(<Option<T>>::read(deserializer)?.filter(|text| !text.as_ref().is_empty()))
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

/// A truth value, bare or in quotes.
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
strict!(String f64 Box<RawValue>);

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

/// Lets serde's own collections read an item through [`Lenient`].
struct Read<T>(T);

impl<'de, T: Lenient<'de>> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// Declares JSON objects of the protocol.
///
/// The input is plain Rust: a struct with its docs, and fields named as on the wire, in snake
/// case (`rename` where that does not give the wire's name). The macro adds what every such
/// struct has in common: the derives, [`Lenient`] for each field, `default` and
/// `skip_serializing_if` for `Option` and for `Vec` fields, and a `Debug` that shows no content.
/// A `Vec` that must be there is marked `= required`, and an `Option` in which an empty string
/// means "none" is marked `= ""`.
macro_rules! wire {
    ($($(#[$attribute:meta])* $vis:vis struct $name:ident { $($fields:tt)* })+) => {$(
        $crate::lenient::wire!(@fields [$(#[$attribute])* $vis] $name [] $($fields)*);
    )+};
    (@fields $head:tt $name:ident [$($done:tt)*]
        $(#[$attribute:meta])* $vis:vis $field:ident: Option<$type:ty> = "", $($rest:tt)*) => {
        $crate::lenient::wire!(@fields $head $name [$($done)*
            $(#[$attribute])*
            #[serde(
                default,
                deserialize_with = "crate::lenient::none_if_empty",
                skip_serializing_if = "Option::is_none"
            )]
            $vis $field: Option<$type>,
        ] $($rest)*);
    };
    (@fields $head:tt $name:ident [$($done:tt)*]
        $(#[$attribute:meta])* $vis:vis $field:ident: Option<$type:ty>, $($rest:tt)*) => {
        $crate::lenient::wire!(@fields $head $name [$($done)*
            $(#[$attribute])*
            #[serde(
                default,
                deserialize_with = "crate::lenient::field",
                skip_serializing_if = "Option::is_none"
            )]
            $vis $field: Option<$type>,
        ] $($rest)*);
    };
    (@fields $head:tt $name:ident [$($done:tt)*]
        $(#[$attribute:meta])* $vis:vis $field:ident: Vec<$type:ty>, $($rest:tt)*) => {
        $crate::lenient::wire!(@fields $head $name [$($done)*
            $(#[$attribute])*
            #[serde(
                default,
                deserialize_with = "crate::lenient::field",
                skip_serializing_if = "Vec::is_empty"
            )]
            $vis $field: Vec<$type>,
        ] $($rest)*);
    };
    (@fields $head:tt $name:ident [$($done:tt)*]
        $(#[$attribute:meta])* $vis:vis $field:ident: $type:ty $(= required)?, $($rest:tt)*) => {
        $crate::lenient::wire!(@fields $head $name [$($done)*
            $(#[$attribute])*
            #[serde(deserialize_with = "crate::lenient::field")]
            $vis $field: $type,
        ] $($rest)*);
    };
    (@fields [$(#[$attribute:meta])* $vis:vis] $name:ident [$($done:tt)*]) => {
        #[derive(Clone, PartialEq, serde::Deserialize, serde::Serialize)]
        #[serde(rename_all = "PascalCase")]
        #[non_exhaustive]
        $(#[$attribute])*
        $vis struct $name { $($done)* }

        impl<'de> $crate::lenient::Lenient<'de> for $name {
            fn read<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::lenient::object(deserializer)
            }
        }

        /// Shows the type alone: the content is private. `serde_json::to_value` reveals it.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use wire;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro declares public structs")]
mod tests {
    wire! {
        /// All kinds of fields.
        pub struct All {
            /// A number.
            pub number: u32,
            /// An optional number.
            pub big: Option<u64>,
            /// A text.
            pub text: Option<String>,
            /// A text in which `""` is none.
            pub none: Option<String> = "",
            /// A list.
            pub list: Vec<Nested>,
        }

        /// An object in a list.
        pub struct Nested {
            /// A list that must be there.
            pub names: Vec<String> = required,
        }
    }

    fn read(json: &str) -> Option<All> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn a_number_may_be_quoted_and_keeps_every_digit() {
        let bare = read(r#"{"Number":4294967295,"Big":18446744073709551615}"#).expect("reads");
        let quoted =
            read(r#"{"Number":"4294967295","Big":"18446744073709551615"}"#).expect("reads");
        assert_eq!((bare.number, bare.big), (u32::MAX, Some(u64::MAX)));
        assert_eq!(bare, quoted);
    }

    #[test]
    fn other_forms_of_a_number_are_refused() {
        for number in [
            "1.0",
            "-1",
            "4294967296",
            "1e400",
            "true",
            "[]",
            "\"\"",
            "\"+1\"",
            "\" 1\"",
            "\"-\"",
            "\"1.0\"",
            "null",
        ] {
            assert!(
                read(&format!(r#"{{"Number":{number}}}"#)).is_none(),
                "{number}"
            );
        }
    }

    #[test]
    fn absent_null_and_empty_are_none_where_they_may_be() {
        let absent = read(r#"{"Number":1}"#).expect("reads");
        assert_eq!(
            read(r#"{"Number":1,"Big":null,"Text":null,"None":null}"#).as_ref(),
            Some(&absent)
        );
        assert_eq!(
            read(r#"{"Number":1,"Big":"","None":""}"#).as_ref(),
            Some(&absent)
        );
        assert_eq!(
            read(r#"{"Number":1,"Text":""}"#)
                .and_then(|all| all.text)
                .as_deref(),
            Some("")
        );
        assert_eq!(
            serde_json::to_string(&absent).expect("writes"),
            r#"{"Number":1}"#
        );
    }

    #[test]
    fn an_object_is_not_taken_from_an_array_by_position() {
        assert!(read(r#"{"Number":1,"List":[{"Names":["a"]}]}"#).is_some());
        assert!(read(r#"{"Number":1,"List":[[["a"]]]}"#).is_none());
        assert!(read(r#"{"Number":1,"List":[{}]}"#).is_none());
    }
}
