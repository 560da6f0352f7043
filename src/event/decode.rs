//! From the bytes of a body to an event.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserializer,
    de::{
        self, DeserializeOwned, DeserializeSeed, MapAccess, Visitor, value::MapAccessDeserializer,
    },
};

use crate::wire::{DecodeError, DecodeErrorKind, lenient::BorrowedText, surrogates};

/// Decodes the body of a command: one JSON object, whose `CallbackCommand`, if it names one, is a
/// name that `is_named` accepts.
///
/// Success takes one pass. Only a body that fails is looked at again: for lone surrogates,
/// which are read as U+FFFD, and for the name of the field.
pub(crate) fn decode<E: DeserializeOwned>(
    is_named: &dyn Fn(&str) -> bool,
    body: &[u8],
) -> Result<E, DecodeError> {
    let text = std::str::from_utf8(body).map_err(|_| DecodeError::new(DecodeErrorKind::NotUtf8))?;
    surrogates::lossy(text, |text| {
        let mut mismatch = false;
        let mut json = serde_json::Deserializer::from_str(text);
        let event = BodyOf::new(is_named, &mut mismatch).deserialize(&mut json);
        event
            .and_then(|event| json.end().map(|()| event))
            .map_err(|error| match mismatch {
                true => DecodeError::new(DecodeErrorKind::CommandMismatch),
                false => DecodeError::from_json(&error, text),
            })
    })
}

/// Reads `E` from an object and compares `CallbackCommand` on the way.
struct BodyOf<'a, E> {
    is_named: &'a dyn Fn(&str) -> bool,
    mismatch: &'a mut bool,
    event: PhantomData<E>,
}

impl<'a, E> BodyOf<'a, E> {
    fn new(is_named: &'a dyn Fn(&str) -> bool, mismatch: &'a mut bool) -> Self {
        Self {
            is_named,
            mismatch,
            event: PhantomData,
        }
    }
}

impl<'de, E: DeserializeOwned> DeserializeSeed<'de> for BodyOf<'_, E> {
    type Value = E;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<E, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, E: DeserializeOwned> Visitor<'de> for BodyOf<'_, E> {
    type Value = E;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<E, A::Error> {
        let members = Members {
            map,
            is_named: self.is_named,
            mismatch: self.mismatch,
            key: Key::Other,
            checked: false,
        };
        E::deserialize(MapAccessDeserializer::new(members))
    }
}

/// The members of the body, all of which the event sees; the command is looked at in passing.
struct Members<'a, A> {
    map: A,
    is_named: &'a dyn Fn(&str) -> bool,
    mismatch: &'a mut bool,
    /// The key whose value comes next.
    key: Key,
    checked: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Key {
    CallbackCommand,
    Other,
}

impl Key {
    fn of(key: &str) -> Self {
        match key {
            "CallbackCommand" => Self::CallbackCommand,
            _ => Self::Other,
        }
    }
}

impl<'de, A: MapAccess<'de>> Members<'_, A> {
    /// The command that the body names, if it is that of the URL.
    ///
    /// Not inlined: every type of field of every event would have a copy of it.
    #[inline(never)]
    fn named_command(&mut self) -> Result<Cow<'de, str>, A::Error> {
        let BorrowedText(named) = self.map.next_value()?;
        if self.checked {
            return Err(de::Error::duplicate_field("CallbackCommand"));
        }
        self.checked = true;
        if !(self.is_named)(&named) {
            *self.mismatch = true;
            return Err(de::Error::custom("CallbackCommand differs"));
        }
        Ok(named)
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Members { map, key, .. } = self;
        map.next_key_seed(Watch { seed, key })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        if self.key == Key::Other {
            return self.map.next_value_seed(seed);
        }
        let named = self.named_command()?;
        seed.deserialize(de::value::CowStrDeserializer::new(named))
    }

    fn size_hint(&self) -> Option<usize> {
        self.map.size_hint()
    }
}

/// Passes a key on and notes whether it is the command's.
struct Watch<'a, T> {
    seed: T,
    key: &'a mut Key,
}

impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for Watch<'_, T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, T: DeserializeSeed<'de>> Visitor<'de> for Watch<'_, T> {
    type Value = T::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<T::Value, E> {
        *self.key = Key::of(key);
        self.seed.deserialize(de::value::StrDeserializer::new(key))
    }

    fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<T::Value, E> {
        *self.key = Key::of(key);
        self.seed
            .deserialize(de::value::BorrowedStrDeserializer::new(key))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Note {
        text: String,
        list: Option<Vec<u32>>,
    }

    fn note(body: &str) -> Result<Note, DecodeError> {
        decode(&|name| name == "A.B", body.as_bytes())
    }

    fn kind(body: &str) -> DecodeErrorKind {
        note(body).expect_err("undecodable").kind()
    }

    #[test]
    fn the_command_of_the_body_is_that_of_the_url_or_absent() {
        assert!(note(r#"{"Text":"a"}"#).is_ok());
        assert!(note(r#"{"CallbackCommand":"A.B","Text":"a"}"#).is_ok());
        assert!(note(r#"{"Callback\u0043ommand":"A.\u0042","Text":"a"}"#).is_ok());
        assert_eq!(
            kind(r#"{"Text":"a","CallbackCommand":"A.C"}"#),
            DecodeErrorKind::CommandMismatch
        );
        assert_eq!(
            kind(r#"{"CallbackCommand":"A.B","CallbackCommand":"A.B","Text":"a"}"#),
            DecodeErrorKind::UnexpectedShape
        );
        assert_eq!(
            kind(r#"{"CallbackCommand":5,"Text":"a"}"#),
            DecodeErrorKind::UnexpectedShape
        );
    }

    #[test]
    fn an_event_may_read_the_command_itself() {
        #[derive(Deserialize)]
        struct Own {
            #[serde(rename = "CallbackCommand")]
            command: String,
        }
        let own: Own =
            decode(&|name| name == "A.B", br#"{"CallbackCommand":"A.B"}"#).expect("decodes");
        assert_eq!(own.command, "A.B");
    }

    #[test]
    fn a_body_is_one_object_in_utf8() {
        for body in [
            "",
            "[]",
            "[\"a\",null]",
            "null",
            "5",
            "\"x\"",
            "{\"Text\":\"a\"} x",
            "\u{feff}{\"Text\":\"a\"}",
            "{\"Text\":NaN}",
        ] {
            assert!(note(body).is_err(), "{body}");
        }
        assert_eq!(
            decode::<Note>(&|name| name == "A.B", b"{\"Text\":\"\xff\"}")
                .expect_err("undecodable")
                .kind(),
            DecodeErrorKind::NotUtf8
        );
    }

    #[test]
    fn broken_escapes_are_no_json_and_do_not_panic() {
        for escaped in [
            r"\ud83",
            r"\u",
            r"\é",
            r"\ud83d\",
            r"\ud83d\u",
            r"\ud83d\é",
            "\\u+83d",
            r"\x",
        ] {
            assert_eq!(
                kind(&format!("{{\"Text\":\"{escaped}\"}}")),
                DecodeErrorKind::NotJson,
                "{escaped}"
            );
        }
        assert_eq!(kind("\\"), DecodeErrorKind::NotJson);
    }

    #[test]
    fn an_error_names_the_place_and_not_the_content() {
        let error = note(r#"{"Text":"a","List":[1,"canary"]}"#).expect_err("undecodable");
        assert_eq!(error.kind(), DecodeErrorKind::UnexpectedShape);
        assert_eq!((error.field(), error.line()), (Some("List[1]"), Some(1)));
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}
