//! Names the field at a position of a JSON text.
//!
//! serde_json tells where a decode failed, but not in which field. Looking that up in the text
//! afterwards costs nothing while all goes well, in time or in the size of the program.

use std::fmt::Write;

/// How deep a path is shown. A hostile text can nest as deep as it is long.
const MAX_DEPTH: usize = 16;

enum Frame<'a> {
    /// Inside an object, with the key of the member, once it is read.
    Object(Option<&'a str>),
    /// Inside an array, with the index of the item.
    Array(usize),
}

/// The path of the value that starts or ends at a line and column as serde_json counts them.
/// `None` for the whole text. A key that does not look like a name of the protocol may be content,
/// and is shown as `_`.
pub(crate) fn path_at(json: &str, line: usize, column: usize) -> Option<Box<str>> {
    let line_start = match line.checked_sub(2) {
        Some(newlines) => json.match_indices('\n').nth(newlines)?.0 + 1,
        None => 0,
    };
    let end = json.len().min(line_start + column);

    let mut frames = Vec::new();
    // How many brackets are open beyond those that are shown.
    let mut deeper = 0_usize;
    let mut at = 0;
    while at < end {
        let start = at;
        at += 1;
        match json.as_bytes()[start] {
            b'"' => {
                at = end_of_string(json, at);
                if let (0, Some(Frame::Object(key @ None))) = (deeper, frames.last_mut()) {
                    *key = json.get(start + 1..at - 1);
                }
            }
            // A bracket at the very end is itself what was not expected.
            b'{' | b'[' if at == end => {}
            b'{' | b'[' if frames.len() == MAX_DEPTH => deeper += 1,
            b'{' => frames.push(Frame::Object(None)),
            b'[' => frames.push(Frame::Array(0)),
            b'}' | b']' if deeper > 0 => deeper -= 1,
            b'}' | b']' => {
                frames.pop();
            }
            b',' if deeper == 0 => match frames.last_mut() {
                Some(Frame::Object(key)) => *key = None,
                Some(Frame::Array(index)) => *index += 1,
                None => {}
            },
            _ => {}
        }
    }
    write_path(&frames)
}

/// The end of the string whose first character is at `at`: after its closing quote.
fn end_of_string(json: &str, mut at: usize) -> usize {
    while let Some(byte) = json.as_bytes().get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    json.len()
}

fn write_path(frames: &[Frame<'_>]) -> Option<Box<str>> {
    let is_name = |key: &str| {
        key.len() <= 40
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let mut path = String::new();
    for frame in frames {
        // Writing into a `String` cannot fail.
        let _ = match frame {
            Frame::Object(None) => Ok(()),
            Frame::Object(Some(key)) => {
                let dot = if path.is_empty() { "" } else { "." };
                write!(path, "{dot}{}", if is_name(key) { key } else { "_" })
            }
            Frame::Array(index) => write!(path, "[{index}]"),
        };
    }
    (!path.is_empty()).then(|| path.into())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only their decoding is of interest")]
    struct Outer {
        text: Option<String>,
        list: Option<Vec<u32>>,
        inner: Option<Inner>,
        inners: Option<Vec<Inner>>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only their decoding is of interest")]
    struct Inner {
        number: u32,
    }

    /// The path of what is wrong in `json`, in which `'` means `"`.
    fn path(json: &str) -> Option<String> {
        let json = json.replace('\'', "\"");
        let error = serde_json::from_str::<Outer>(&json).expect_err("not an `Outer`");
        path_at(&json, error.line(), error.column()).map(String::from)
    }

    #[test]
    fn names_the_field_of_what_is_wrong() {
        for (json, field) in [
            ("{'text':5}", Some("text")),
            ("{'text':\n 5 , 'list':[]}", Some("text")),
            ("{'text':'a,]}\\\\', 'list':[1,2,'x']}", Some("list[2]")),
            ("{'text':'\\'', 'list':{}}", Some("list")),
            ("{'text':[]}", Some("text")),
            ("{'text':{'a':1}}", Some("text")),
            ("{'inner':{}}", Some("inner")),
            ("{'inner':{'number':-1}}", Some("inner.number")),
            (
                "{\n'inners':[{'number':1},\n{'x':[[],{}],'number':true}]}",
                Some("inners[1].number"),
            ),
            ("{'inners':[{'number':1},{'x':1}]}", Some("inners[1]")),
            ("[", None),
            ("5", None),
            ("", None),
        ] {
            assert_eq!(path(json).as_deref(), field, "{json}");
        }
    }

    #[test]
    fn a_path_is_told_as_deep_as_documented_fields_are() {
        let deep = "[".repeat(100);
        let json = format!("{{\"a\":{deep}");
        let path = path_at(&json, 1, json.len()).expect("a path");
        assert_eq!(path, format!("a{}", "[0]".repeat(MAX_DEPTH - 1)).into());
        let closed = format!("{{\"a\":{deep}\"b\":,{},\"c\":5", "]".repeat(100));
        assert_eq!(path_at(&closed, 1, closed.len()).as_deref(), Some("c"));
    }

    #[test]
    fn no_position_panics() {
        for json in [
            "",
            "\"",
            "\"\\",
            "{\"é\\",
            "}]]},,:",
            "[[[[",
            "{\"a\":\n\n\"é",
        ] {
            for line in 0..5 {
                for column in 0..12 {
                    let _ = path_at(json, line, column);
                }
            }
        }
    }

    #[test]
    fn a_key_that_may_be_content_is_not_shown() {
        assert_eq!(
            path_at("{\"my secret\":[1,2]}", 1, 15).as_deref(),
            Some("_[0]")
        );
    }
}
