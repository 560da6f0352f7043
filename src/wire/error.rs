//! Why a body could not be decoded.

use std::fmt;

use serde_json::error::Category;

use super::json_path::path_at;

/// A body does not have the documented shape.
///
/// It tells the kind of mistake and the place, never the content: `Display` and `Debug` are
/// safe to log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    kind: DecodeErrorKind,
    /// Line and column, both from 1.
    position: Option<(usize, usize)>,
    field: Option<Box<str>>,
}

/// The kinds of [`DecodeError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The body is not UTF-8.
    NotUtf8,
    /// The body is not JSON, or more than one JSON value.
    NotJson,
    /// A field has a different type than documented, is missing, or appears twice.
    UnexpectedShape,
    /// `CallbackCommand` in the body is not the one in the URL, or the delivery is of another
    /// command than the event.
    CommandMismatch,
}

impl DecodeError {
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> DecodeErrorKind {
        self.kind
    }

    /// The line in the body, from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.position.map(|(line, _)| line)
    }

    /// The column in the body, in bytes from 1; 0 if its first byte is already wrong.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.position.map(|(_, column)| column)
    }

    /// The path of the field, such as `MsgBody[2].MsgType`. Of a type of your own only the first name
    /// is shown, since the others may be the keys of a map.
    ///
    /// For a missing field it is the path of the object that lacks it.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The same without the names in its path behind the first `shown`: those of a type that is
    /// not this crate's may be keys of a map, and so content.
    pub(crate) fn without_names(mut self, shown: usize) -> Self {
        if let Some(path) = &self.field {
            let steps = path
                .split('.')
                .enumerate()
                .map(|(at, step)| match step.find('[') {
                    _ if at < shown => step.into(),
                    Some(bracket) => format!("_{}", &step[bracket..]),
                    None => "_".to_owned(),
                });
            self.field = Some(steps.collect::<Vec<_>>().join(".").into());
        }
        self
    }

    pub(crate) fn new(kind: DecodeErrorKind) -> Self {
        Self {
            kind,
            position: None,
            field: None,
        }
    }

    /// Takes the class and the place of what is wrong in `json`; serde's own message would quote it.
    pub(crate) fn from_json(error: &serde_json::Error, json: &str) -> Self {
        let (line, column) = (error.line(), error.column());
        let (kind, field) = match error.classify() {
            Category::Data => (
                DecodeErrorKind::UnexpectedShape,
                path_at(json, line, column),
            ),
            // The broken part may be in a field that nobody asked for.
            Category::Syntax | Category::Eof | Category::Io => (DecodeErrorKind::NotJson, None),
        };
        Self {
            kind,
            position: (line > 0).then_some((line, column)),
            field,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            DecodeErrorKind::NotUtf8 => "body is not UTF-8",
            DecodeErrorKind::NotJson => "body is not valid JSON",
            DecodeErrorKind::UnexpectedShape => "body does not have the documented shape",
            DecodeErrorKind::CommandMismatch => {
                "CallbackCommand of the body differs from the URL's"
            }
        })?;
        if let Some(field) = &self.field {
            write!(f, ", in `{field}`")?;
        }
        if let Some((line, column)) = self.position {
            write!(f, ", at line {line} column {column}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DecodeError {}
