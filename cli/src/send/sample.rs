//! Bodies to send: samples, and changes to their fields.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::value::{RawValue, to_raw_value};
use tower_tencent_webhook::testing;

use crate::protocol;

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

/// The names of commands that are most like this one, if any is.
pub(crate) fn nearest(command: &str) -> Vec<&'static str> {
    let mut near: Vec<_> = protocol::commands()
        .map(|row| row.command)
        .map(|known| (strsim::jaro_winkler(command, known), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Says that the command is not known, and which ones are nearest.
fn unknown(command: &str) -> String {
    match &*nearest(command) {
        [] => "there is no such command; `tencent-webhook commands` shows all".to_owned(),
        names => format!(
            "there is no such command; the nearest are {}",
            names.join(", ")
        ),
    }
}

/// A change to the fields of a body. A field inside another one is named by its path, such as
/// `EventInfo.RoomId`, where a number is the index of an element of a list.
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
        && let Some(field) = fields.get_mut(outer)
        && let Some(changed) = inside(field, whole, rest, value, add)?
    {
        *field = changed;
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

/// The object or the list with a change inside it; `None` if it is neither.
fn inside(
    json: &RawValue,
    whole: &str,
    path: &str,
    value: Option<&RawValue>,
    add: bool,
) -> Result<Option<Box<RawValue>>, String> {
    let changed = if let Ok(mut fields) = serde_json::from_str::<Fields>(json.get()) {
        apply(&mut fields, whole, path, value, add)?;
        to_raw_value(&fields)
    } else if let Ok(mut list) = serde_json::from_str::<Vec<Box<RawValue>>>(json.get()) {
        apply_to_list(&mut list, whole, path, value, add)?;
        to_raw_value(&list)
    } else {
        return Ok(None);
    };
    changed.map(Some).map_err(|error| error.to_string())
}

/// The first part of the path is the index of an element.
fn apply_to_list(
    list: &mut Vec<Box<RawValue>>,
    whole: &str,
    path: &str,
    value: Option<&RawValue>,
    add: bool,
) -> Result<(), String> {
    let missing = || format!("the body has no field {whole}");
    let (index, rest) = match path.split_once('.') {
        Some((index, rest)) => (index, Some(rest)),
        None => (path, None),
    };
    let index: usize = index.parse().map_err(|_| missing())?;
    let element = list.get_mut(index).ok_or_else(missing)?;
    match (rest, value) {
        (Some(rest), _) => {
            *element = inside(element, whole, rest, value, add)?.ok_or_else(missing)?;
        }
        (None, Some(value)) => *element = value.to_owned(),
        (None, None) => {
            list.remove(index);
        }
    }
    Ok(())
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
    fn a_number_in_a_path_is_an_index() {
        let body = r#"{"A":[1.0,{"B":["x",{"C":1}]}]}"#;
        assert_eq!(
            changed(body, &["A.1.B.1.C=2", "A.1.B.0=y"], false).expect("changed"),
            r#"{"A":[1.0,{"B":["y",{"C":2}]}]}"#
        );
        let remove = [Change::Remove("A.1.B.0".to_owned())];
        assert_eq!(
            change(Bytes::from(body), &remove, false).expect("removed"),
            r#"{"A":[1.0,{"B":[{"C":1}]}]}"#
        );
        for path in ["A.2", "A.x", "A.0.B", "A.1.B.1.D"] {
            let set = format!("{path}=1");
            let error = changed(body, &[&set], false).expect_err("no such field");
            assert!(error.contains(path), "{error}");
        }
    }

    #[test]
    fn a_misspelt_command_gets_the_nearest_names() {
        let error = body("Group.CallbackAfterSendMessage", None).expect_err("unknown");
        assert!(error.contains("Group.CallbackAfterSendMsg"), "{error}");
    }
}
