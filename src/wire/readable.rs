//! The readable part of a JSON value that cannot be read as a whole.
//!
//! Clients of chat users write the elements of a message. One odd member there, such as a size of
//! -1, must not hide the others from a moderator.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::lenient::BorrowedText;

/// How deep documented lists and objects nest inside an element.
const MAX_DEPTH: usize = 4;

/// `json` without those members of objects and items of lists that `reads` does not read, each
/// tried without the others. `None` if nothing is left.
///
/// A member that appears twice is kept twice: nobody can tell which of the two is meant.
pub(crate) fn readable_part(json: &str, reads: &dyn Fn(&str) -> bool) -> Option<String> {
    part(json, reads, MAX_DEPTH)
}

fn part(json: &str, reads: &dyn Fn(&str) -> bool, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let kept = |value: &RawValue, alone: &dyn Fn(&str) -> bool| {
        if alone(value.get()) {
            return Some(value.get().to_owned());
        }
        part(value.get(), alone, depth).filter(|part| alone(part))
    };
    let (open, parts, close) = match serde_json::from_str(json).ok()? {
        Value::Object(members) => {
            let member = |(BorrowedText(key), value): &(BorrowedText<'_>, &RawValue)| {
                let key = serde_json::to_string(key).ok()?;
                let value = kept(value, &|value| reads(&format!("{{{key}:{value}}}")))?;
                Some(format!("{key}:{value}"))
            };
            (
                '{',
                members.iter().filter_map(member).collect::<Vec<_>>(),
                '}',
            )
        }
        Value::List(items) => {
            let item = |value: &&RawValue| kept(value, &|value| reads(&format!("[{value}]")));
            ('[', items.iter().filter_map(item).collect(), ']')
        }
    };
    (!parts.is_empty()).then(|| format!("{open}{}{close}", parts.join(",")))
}

/// One level of a value that has parts.
enum Value<'a> {
    Object(Vec<(BorrowedText<'a>, &'a RawValue)>),
    List(Vec<&'a RawValue>),
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts;

        impl<'de> Visitor<'de> for Parts {
            type Value = Value<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or a list")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Value::Object(members))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Value::List(items))
            }
        }

        deserializer.deserialize_any(Parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    #[serde(default, rename_all = "PascalCase")]
    #[derive(Default)]
    #[allow(dead_code, reason = "only their decoding is of interest")]
    struct File {
        name: String,
        size: u32,
        sizes: Vec<File>,
    }

    fn part_of_file(json: &str) -> Option<String> {
        readable_part(json, &|json| serde_json::from_str::<File>(json).is_ok())
    }

    #[test]
    fn what_reads_alone_is_kept() {
        for (json, part) in [
            (
                r#"{"Name":"a","Size":-1,"Other":[]}"#,
                Some(r#"{"Name":"a","Other":[]}"#),
            ),
            (
                r#"{"Sizes":[{"Size":1},5,{"Name":null,"Size":2}],"Name":"a"}"#,
                Some(r#"{"Sizes":[{"Size":1},{"Size":2}],"Name":"a"}"#),
            ),
            (r#"{"Size":1e400,"Na\u006de":"a"}"#, Some(r#"{"Name":"a"}"#)),
            (r#"{"Size":-1}"#, None),
            (r#"{"Sizes":[5]}"#, None),
            (
                r#"{"Name":"a","Name":"b"}"#,
                Some(r#"{"Name":"a","Name":"b"}"#),
            ),
            ("5", None),
            ("{", None),
        ] {
            assert_eq!(part_of_file(json).as_deref(), part, "{json}");
        }
    }

    #[test]
    fn it_looks_no_deeper_than_documented() {
        let deep = format!("{}5{}", r#"{"Sizes":["#.repeat(5000), "]}".repeat(5000));
        assert_eq!(part_of_file(&deep), None);
    }
}
