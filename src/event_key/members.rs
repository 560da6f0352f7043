//! Members of a JSON object, as they came.

use std::fmt;

use serde::{
    Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::wire::lenient::BorrowedText;

/// The members with these names, in this order, by one pass over `json`; `None` if it is not an
/// object, or has one of them twice: then it says two things, and a decoder may see the other.
pub(super) fn members<'a>(json: &'a str, names: &[&str]) -> Option<Vec<Option<&'a RawValue>>> {
    let mut json = serde_json::Deserializer::from_str(json);
    let found = json.deserialize_map(Members(names)).ok()?;
    json.end().ok()?;
    Some(found)
}

struct Members<'n>(&'n [&'n str]);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Vec<Option<&'de RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = vec![None; self.0.len()];
        while let Some(BorrowedText(key)) = map.next_key()? {
            match self.0.iter().position(|name| *name == key) {
                Some(at) if found[at].is_some() => return Err(Error::custom("twice")),
                Some(at) => found[at] = Some(map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}
