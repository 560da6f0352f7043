//! The usual form of an element, read without a decoder: `{"MsgType":"..","MsgContent":..}`.
//!
//! Nearly every element has it. It is compared token by token; whatever looks different
//! is left to the decoder. The text is known to be one JSON value, so a string without
//! a backslash is what is between its quotes.

use super::content::{Content, TEXT, Text};

/// A text element without blanks, up to its text: what Tencent writes. [`FastPath`] reads no more and no
/// less in it, token by token.
const COMPACT_TEXT: &str = r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":""#;

/// The text of an element in that form, if it has no escapes.
pub(super) fn compact_text(json: &str) -> Option<&str> {
    let (text, rest) = until_quote(json.strip_prefix(COMPACT_TEXT)?)?;
    (rest == "}}").then_some(text)
}

/// An element in the usual form.
pub(super) struct FastPath<'a> {
    msg_type: &'a str,
    /// From the content on, to the end of the element.
    rest: &'a str,
}

impl<'a> FastPath<'a> {
    pub(super) fn of(json: &'a str) -> Option<Self> {
        let rest = past(json, ["{", "\"MsgType\"", ":"])?;
        let (msg_type, rest) = string(rest)?;
        let rest = past(rest, [",", "\"MsgContent\"", ":"])?;
        Some(Self { msg_type, rest })
    }

    pub(super) fn is_text(&self) -> bool {
        self.msg_type == TEXT
    }

    /// The text of a text element, if it has no escapes. After the second brace is the end, since
    /// the element is one value.
    pub(super) fn text(&self) -> Option<&'a str> {
        let rest = past(self.rest, ["{", "\"Text\"", ":"])?;
        let (text, rest) = string(rest)?;
        past(rest, ["}", "}"])?;
        self.is_text().then_some(text)
    }

    /// The content, if nothing follows it and it has the shape of its kind.
    pub(super) fn content(&self) -> Option<Content> {
        if let Some(text) = self.text() {
            let text = text.to_owned();
            return Some(Content::Text(Text { text }));
        }
        let content = self.rest.strip_suffix('}')?;
        let mut json = serde_json::Deserializer::from_str(content);
        let content = Content::read(self.msg_type, &mut json).ok()?;
        json.end().ok()?;
        Some(content)
    }
}

/// What comes after these tokens, if they come next.
fn past<'a, const N: usize>(json: &'a str, tokens: [&'static str; N]) -> Option<&'a str> {
    tokens.iter().try_fold(json, |json, token| {
        json.trim_ascii_start().strip_prefix(token)
    })
}

/// A string without escapes, and what comes after it.
fn string(json: &str) -> Option<(&str, &str)> {
    until_quote(past(json, ["\""])?)
}

/// The rest of a string without escapes, and what comes after it.
fn until_quote(text: &str) -> Option<(&str, &str)> {
    let end = memchr::memchr2(b'"', b'\\', text.as_bytes())?;
    Some((&text[..end], text[end..].strip_prefix('"')?))
}
