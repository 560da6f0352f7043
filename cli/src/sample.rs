//! Bodies to send: samples, and changes to their fields.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::value::{RawValue, to_raw_value};
use tower_tencent_webhook::testing;

use crate::table;

/// Whether it can be the name of a command, known or not.
pub(crate) fn is_name(command: &str) -> bool {
    !command.is_empty()
        && command
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// The sample of a command, or another shape of its body that Tencent is known to send.
///
/// # Errors
///
/// The nearest names, if the command is not known; all names, if the shape is not.
pub(crate) fn body(command: &str, shape: Option<&str>) -> Result<Bytes, String> {
    let shapes = testing::shapes(command);
    let Some(full) = shapes.first() else {
        return Err(unknown(command));
    };
    let wanted = match shape {
        None => full,
        Some(name) => shapes
            .iter()
            .find(|shape| shape.name == name)
            .ok_or_else(|| {
                let names: Vec<_> = shapes.iter().map(|shape| shape.name).collect();
                format!("{command} has no such shape; it has {}", names.join(", "))
            })?,
    };
    Ok(Bytes::from_static(wanted.body.as_bytes()))
}

/// Says that the command is not known, and which ones are nearest.
fn unknown(command: &str) -> String {
    let mut near: Vec<_> = table::rows()
        .map(|row| row.command)
        .map(|known| (strsim::jaro_winkler(command, known), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let names: Vec<_> = near.into_iter().take(3).map(|(_, name)| name).collect();
    match &*names {
        [] => "there is no such command; `tencent-webhook commands` shows all".to_owned(),
        names => format!(
            "there is no such command; the nearest are {}",
            names.join(", ")
        ),
    }
}

/// A change to the fields of a body. A field inside another one is named by its path, such as
/// `EventInfo.RoomId`.
#[derive(Debug)]
pub(crate) enum Change {
    Set(String, Box<RawValue>),
    Remove(String),
}

impl Change {
    /// Reads `FIELD=VALUE`: the value is JSON if it can be read as JSON, else a text.
    ///
    /// # Errors
    ///
    /// What it looks like.
    pub(crate) fn parse_set(text: &str) -> Result<Self, String> {
        let (field, value) = text
            .split_once('=')
            .filter(|(field, _)| !field.is_empty())
            .ok_or("--set is FIELD=VALUE")?;
        let value = match serde_json::from_str(value) {
            Ok(json) => json,
            Err(_) => to_raw_value(value).map_err(|error| error.to_string())?,
        };
        Ok(Self::Set(field.to_owned(), value))
    }
}

type Fields = BTreeMap<String, Box<RawValue>>;

/// The body with the changes. Values that are not changed stay byte for byte; without changes,
/// everything does. A field that is not there is an error, unless it may be added.
///
/// # Errors
///
/// If the body is not a JSON object, or a field is not there.
pub(crate) fn change(body: Bytes, changes: &[Change], add: bool) -> Result<Bytes, String> {
    if changes.is_empty() {
        return Ok(body); // any bytes at all may be sent
    }
    let mut fields: Fields = serde_json::from_slice(&body)
        .map_err(|error| format!("only a body that is a JSON object has fields: {error}"))?;
    for change in changes {
        let (path, value) = match change {
            Change::Set(path, value) => (path, Some(&**value)),
            Change::Remove(path) => (path, None),
        };
        apply(&mut fields, path, path, value, add)?;
    }
    serde_json::to_vec(&fields)
        .map(Bytes::from)
        .map_err(|error| error.to_string())
}

fn apply(
    fields: &mut Fields,
    whole: &str,
    path: &str,
    value: Option<&RawValue>,
    add: bool,
) -> Result<(), String> {
    if !fields.contains_key(path)
        && let Some((outer, rest)) = path.split_once('.')
        && let Some(object) = fields.get_mut(outer)
        && let Ok(mut inner) = serde_json::from_str::<Fields>(object.get())
    {
        apply(&mut inner, whole, rest, value, add)?;
        *object = to_raw_value(&inner).map_err(|error| error.to_string())?;
        return Ok(());
    }
    match value {
        Some(value) if add || fields.contains_key(path) => {
            fields.insert(path.to_owned(), value.to_owned());
            Ok(())
        }
        None if fields.remove(path).is_some() => Ok(()),
        Some(_) => Err(format!("the body has no field {whole}; --add adds it")),
        None => Err(format!("the body has no field {whole}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(body: &str, set: &[&str], add: bool) -> Result<Bytes, String> {
        let changes: Vec<_> = set
            .iter()
            .map(|set| Change::parse_set(set).expect("a change"))
            .collect();
        change(Bytes::from(body.to_owned()), &changes, add)
    }

    #[test]
    fn fields_are_set_by_path_and_values_stay_as_they_are() {
        let body = r#"{"A":1.0,"B":{"C": "x"},"D":"old"}"#;
        assert_eq!(
            changed(body, &["B.C=5", "D=a=b"], false).expect("changed"),
            r#"{"A":1.0,"B":{"C":5},"D":"a=b"}"#
        );
        let error = changed(body, &["B.X=5"], false).expect_err("no such field");
        assert!(error.contains("B.X"), "{error}");
        assert_eq!(
            changed(body, &["B.X=5"], true).expect("added"),
            r#"{"A":1.0,"B":{"C":"x","X":5},"D":"old"}"#
                .replace("\"x\"", " \"x\"")
                .replace(": ", ":")
        );
    }

    #[test]
    fn a_misspelt_command_gets_the_nearest_names() {
        let error = body("Group.CallbackAfterSendMessage", None).expect_err("unknown");
        assert!(error.contains("Group.CallbackAfterSendMsg"), "{error}");
    }
}
