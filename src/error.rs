//! Why a body could not be decoded.

use std::fmt;

use serde_json::error::Category;

/// A body does not have the documented shape.
///
/// It tells the kind of mistake and the place, never what stands there: `Display` and `Debug` are
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
    /// The body is not JSON, or not one JSON value alone.
    NotJson,
    /// A field has another type than documented, is missing, or stands there twice.
    UnexpectedShape,
    /// `CallbackCommand` in the body is not the one in the URL.
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

    /// The path of the field, such as `MsgBody[2].MsgType`.
    ///
    /// For a missing field it is the path of the object that lacks it.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    pub(crate) fn new(kind: DecodeErrorKind) -> Self {
        Self {
            kind,
            position: None,
            field: None,
        }
    }

    /// Takes the class and the place; serde's own message would quote the input.
    pub(crate) fn from_json(error: &serde_json::Error) -> Self {
        let kind = match error.classify() {
            Category::Data => DecodeErrorKind::UnexpectedShape,
            Category::Syntax | Category::Eof | Category::Io => DecodeErrorKind::NotJson,
        };
        let position = (error.line() > 0).then(|| (error.line(), error.column()));
        Self {
            kind,
            position,
            field: None,
        }
    }

    /// Adds the place that `path` leads to. A part of it that does not look like a name of the
    /// protocol may be content, and is left out.
    pub(crate) fn at(mut self, path: &serde_path_to_error::Path) -> Self {
        use serde_path_to_error::Segment;
        use std::fmt::Write;

        let mut field = String::new();
        for segment in path {
            match segment {
                Segment::Seq { index } => {
                    // Writing into a `String` cannot fail.
                    let _ = write!(field, "[{index}]");
                }
                Segment::Map { key } => {
                    if !field.is_empty() {
                        field.push('.');
                    }
                    let is_name = key.len() <= 40
                        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                    field.push_str(if is_name { key } else { "_" });
                }
                Segment::Enum { .. } | Segment::Unknown => {}
            }
        }
        self.field = (!field.is_empty()).then(|| field.into());
        self
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
