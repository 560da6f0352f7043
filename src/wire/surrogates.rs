//! Lone surrogates: escapes such as `\\ud83d` without their second half.
//!
//! Chat users can send them, since clients cut texts between the halves. They stand for no
//! character, so serde refuses to read them into a `String`. Refusing the event for it would let
//! anybody slip past a moderator.

use std::borrow::Cow;

/// Reads `text` as it is, or, if that fails, with U+FFFD in place of every lone surrogate.
pub(crate) fn lossy<T, E>(text: &str, read: impl Fn(&str) -> Result<T, E>) -> Result<T, E> {
    read(text).or_else(|error| replace(text).map_or(Err(error), |text| read(&text)))
}

/// `text` with U+FFFD in place of every lone surrogate.
pub(crate) fn replaced(text: &str) -> Cow<'_, str> {
    replace(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The JSON text with U+FFFD in place of every escaped surrogate that has no partner, or `None`
/// if there is none. JSON allows a backslash only inside strings, so strings need not be told
/// apart from the rest.
fn replace(text: &str) -> Option<String> {
    const REPLACEMENT: &str = "\\ufffd";

    let mut replaced = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        let escape = at + found;
        at = match surrogate(text, escape) {
            None => text.len().min(escape + 2),
            Some(Surrogate::High)
                if matches!(surrogate(text, escape + 6), Some(Surrogate::Low)) =>
            {
                escape + 12
            }
            Some(_) => {
                replaced.push_str(&text[copied..escape]);
                replaced.push_str(REPLACEMENT);
                copied = escape + 6;
                copied
            }
        };
        if !text.is_char_boundary(at) {
            return None; // a backslash before a non-ASCII character: no JSON anyway
        }
    }
    if copied == 0 {
        return None;
    }
    replaced.push_str(&text[copied..]);
    Some(replaced)
}

enum Surrogate {
    High,
    Low,
}

/// The surrogate whose six-byte escape begins at `at`.
fn surrogate(text: &str, at: usize) -> Option<Surrogate> {
    let hex = text.get(at..at + 6)?.strip_prefix("\\u")?;
    match u16::from_str_radix(hex, 16).ok()? {
        0xd800..=0xdbff => Some(Surrogate::High),
        0xdc00..=0xdfff => Some(Surrogate::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> Option<String> {
        lossy(json, |json| serde_json::from_str(json)).ok()
    }

    #[test]
    fn a_lone_surrogate_is_read_as_the_replacement_character() {
        for (escaped, plain) in [
            (r"\ud83d", "\u{fffd}"),
            (r"\udc00x", "\u{fffd}x"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}\u{1f600}"),
            (r"\ud83dé", "\u{fffd}é"),
            (r"\\ud83d \ud83d", "\\ud83d \u{fffd}"),
            (r"\uD83D\u0041", "\u{fffd}A"),
        ] {
            assert_eq!(
                text(&format!("\"{escaped}\"")).as_deref(),
                Some(plain),
                "{escaped}"
            );
        }
    }

    #[test]
    fn broken_escapes_stay_errors() {
        for escaped in [
            r"\ud83",
            r"\u",
            r"\é",
            r"\ud83d\",
            r"\ud83d\u",
            r"\ud83d\é",
            "\\u+83d",
            r"\x\ud83d",
        ] {
            assert_eq!(text(&format!("\"{escaped}\"")), None, "{escaped}");
        }
        assert_eq!(text("\\"), None);
    }
}
