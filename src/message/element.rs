//! One element of a message.

use std::{fmt, sync::OnceLock};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    content::{
        self, Content, Custom, Face, File, Image, Location, Relay, Sound, Stream, TEXT, Text,
        VideoFile, kinds,
    },
    fast_path::{self, FastPath},
};
use crate::wire::{
    DecodeError,
    lenient::{BorrowedText, Lenient},
    surrogates,
};

/// The elements of a message, in order.
pub type MsgBody = Vec<Element>;

/// One element of a message: its JSON as it came, and what is understood of it.
///
/// It is understood when it is first looked at, since many handlers look at few elements, or none.
/// Serialising gives the JSON back byte for byte. To change an element, build a new one. See the
/// [module docs](crate::message) for an example.
#[derive(Clone)]
pub struct Element {
    json: Box<RawValue>,
    content: OnceLock<Content>,
}

impl Element {
    /// A text element.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Text { text: text.into() }.into()
    }

    /// An element with data of the app.
    #[must_use]
    pub fn custom(data: impl Into<String>) -> Self {
        Custom {
            data: Some(data.into()),
            ..Custom::default()
        }
        .into()
    }

    /// A place on a map, in degrees north and east.
    #[must_use]
    pub fn location(desc: impl Into<String>, latitude: f64, longitude: f64) -> Self {
        Location {
            desc: Some(desc.into()),
            latitude: Some(latitude),
            longitude: Some(longitude),
        }
        .into()
    }

    /// An emoji of the app.
    #[must_use]
    pub fn face(index: i64, data: impl Into<String>) -> Self {
        Face {
            index: Some(index),
            data: Some(data.into()),
        }
        .into()
    }

    /// Any element, from its JSON.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the text is not one JSON value. A value that is not a documented element
    /// is not an error: its content is [`Content::Other`].
    pub fn from_json(json: &str) -> Result<Self, DecodeError> {
        serde_json::from_str(json).map_err(|error| DecodeError::from_json(&error, json))
    }

    /// What is understood of the element.
    #[must_use]
    pub fn content(&self) -> &Content {
        self.content.get_or_init(|| {
            let json = self.as_json();
            if let Some(text) = fast_path::compact_text(json) {
                let text = text.to_owned();
                return Content::Text(Text { text });
            }
            if let Some(content) = FastPath::of(json).and_then(|element| element.content()) {
                return content;
            }
            // Whatever the sender wrote, the JSON is kept.
            match surrogates::lossy(json, |json| serde_json::from_str(json)) {
                Ok(Understood(content)) => content,
                Err(_) => {
                    Content::read_in_part(&surrogates::replaced(json)).unwrap_or(Content::Other)
                }
            }
        })
    }

    /// The text, if it is a text element. Where it has no escapes, nothing is decoded or copied.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Some(text) = fast_path::compact_text(self.as_json()) {
            return Some(text);
        }
        if let Some(element) = FastPath::of(self.as_json()) {
            if !element.is_text() {
                return None;
            }
            if let Some(text) = element.text() {
                return Some(text);
            }
        }
        match self.content() {
            Content::Text(text) => Some(&text.text),
            _ => None,
        }
    }

    /// The element as JSON, as it came.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.json.get()
    }

    /// An element that is built here.
    pub(super) fn new(msg_type: &str, content: &impl Serialize) -> Self {
        Self {
            json: content::element_json(msg_type, content),
            content: OnceLock::new(),
        }
    }
}

impl From<Text> for Element {
    fn from(content: Text) -> Self {
        Self::new(TEXT, &content)
    }
}

/// Makes an element of each kind of content.
macro_rules! from_contents {
    ($($(#[$attribute:meta])* $variant:ident($type:ty) = $msg_type:literal,)+) => {
        $(impl From<$type> for Element {
            fn from(content: $type) -> Self {
                Self::new($msg_type, &content)
            }
        })+
    };
}
kinds!(from_contents);

/// Two elements are equal if they are understood and have equal content, or if they are not
/// understood and have the same JSON text.
impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        match (self.content(), other.content()) {
            (Content::Other, Content::Other) => self.as_json() == other.as_json(),
            (content, other) => content == other,
        }
    }
}

/// Shows the kind of the content, never the content.
impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Element").field(self.content()).finish()
    }
}

impl Serialize for Element {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self {
            json: Deserialize::deserialize(deserializer)?,
            content: OnceLock::new(),
        })
    }
}

impl<'de> Lenient<'de> for Element {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

/// The content of an element, whose kind may be named before or after it.
struct Understood(Content);

impl<'de> Deserialize<'de> for Understood {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(field_identifier)]
        enum Key {
            MsgType,
            MsgContent,
            #[serde(other)]
            Other,
        }

        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Understood;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a message element")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Understood, A::Error> {
                let mut kind: Option<BorrowedText<'de>> = None;
                let mut content = None;
                // Content that comes before its kind. The usual order saves a pass over it.
                let mut early: Option<&'de RawValue> = None;
                while let Some(key) = map.next_key()? {
                    match key {
                        Key::MsgType if kind.is_some() => {
                            return Err(de::Error::duplicate_field("MsgType"));
                        }
                        Key::MsgContent if content.is_some() || early.is_some() => {
                            return Err(de::Error::duplicate_field("MsgContent"));
                        }
                        Key::MsgType => kind = Some(map.next_value()?),
                        Key::MsgContent => match &kind {
                            Some(kind) => content = Some(map.next_value_seed(Of(&kind.0))?),
                            None => early = Some(map.next_value()?),
                        },
                        Key::Other => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                if let (Some(kind), Some(json)) = (kind, early) {
                    let mut json = serde_json::Deserializer::from_str(json.get());
                    content = Some(
                        Of(&kind.0)
                            .deserialize(&mut json)
                            .map_err(de::Error::custom)?,
                    );
                }
                Ok(Understood(content.unwrap_or(Content::Other)))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// Reads the content of an element of this kind.
struct Of<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for Of<'_> {
    type Value = Content;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content, D::Error> {
        Content::read(self.0, deserializer)
    }
}
