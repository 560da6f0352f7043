//! The head of a request, as it is kept: without what would let a reader forge webhooks.

use std::borrow::Cow;

use http::{HeaderMap, header, request::Parts};
use percent_encoding::percent_decode_str;

use crate::envelope::Envelope;

/// The longest part of a name or value that is kept, in bytes: an unauthenticated client may
/// send more.
const MAX_KEPT: usize = 1024;
/// How many parameters and headers are kept.
const MAX_COUNT: usize = 100;

/// Method, path, query and headers, secrets masked.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) path: String,
    /// As in the URL, escapes included; `Sign` masked.
    pub(crate) query: Vec<(String, String)>,
    /// `Sign` and credentials masked.
    pub(crate) headers: Vec<(String, String)>,
}

impl Head {
    pub(crate) fn of(parts: &Parts) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let query = pairs(query)
            .take(MAX_COUNT)
            .map(|(name, value)| {
                let value = match parameter(name).as_deref() {
                    Some("sign") => mask(value, 64),
                    _ => keep(value),
                };
                (keep(name), value)
            })
            .collect();
        Self {
            method: keep(parts.method.as_str()),
            path: keep(parts.uri.path()),
            query,
            headers: headers(&parts.headers),
        }
    }

    /// The value of the parameter, which is named in lower case here; its name may be escaped
    /// and in any case in the URL.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(own, _)| parameter(own).as_deref() == Some(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// The protocol that it looks like, whether or not it is admitted.
    pub(crate) fn envelope(&self) -> Option<Envelope> {
        if self.parameter("sdkappid").is_some() && self.parameter("callbackcommand").is_some() {
            Some(Envelope::Url)
        } else if self.header("sdkappid").is_some() {
            Some(Envelope::Trtc)
        } else {
            None
        }
    }

    /// The app that it claims to come from.
    pub(crate) fn sdk_app_id(&self) -> Option<u64> {
        match self.envelope()? {
            Envelope::Url => self.parameter("sdkappid")?.parse().ok(),
            Envelope::Trtc => self.header("sdkappid")?.parse().ok(),
        }
    }

    /// The command in the query.
    pub(crate) fn command(&self) -> Option<String> {
        let command = self.parameter("callbackcommand")?;
        Some(percent_decode_str(command).decode_utf8_lossy().into_owned())
    }

    /// The seconds of `RequestTime`.
    pub(crate) fn request_time(&self) -> Option<u64> {
        self.parameter("requesttime")?.parse().ok()
    }

    /// The parameters without what a signature adds.
    pub(crate) fn unsigned_query(&self) -> Vec<(String, String)> {
        let signs = |name: &str| matches!(parameter(name).as_deref(), Some("sign" | "requesttime"));
        self.query
            .iter()
            .filter(|(name, _)| !signs(name))
            .cloned()
            .collect()
    }
}

/// The names and values of a query, as they are.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The name of a parameter as it is compared: unescaped, in lower case.
pub(crate) fn parameter(name: &str) -> Option<String> {
    let name: Cow<'_, str> = percent_decode_str(name).decode_utf8().ok()?;
    Some(name.to_ascii_lowercase())
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .take(MAX_COUNT)
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            let value = match *name {
                ref name if name == "sign" => mask(&value, 44),
                header::AUTHORIZATION | header::PROXY_AUTHORIZATION | header::COOKIE => {
                    mask(&value, 0)
                }
                _ => keep(&value),
            };
            (name.as_str().to_owned(), value)
        })
        .collect()
}

/// The first digits of a signature of `len` characters, to compare by eye. Anything else may be a
/// token in the wrong place, so none of it is shown.
pub(crate) fn mask(value: &str, len: usize) -> String {
    if value.len() == len
        && let Some(start) = value.get(..8)
    {
        format!("{start}…")
    } else {
        "…".to_owned()
    }
}

fn keep(text: &str) -> String {
    match text.char_indices().find(|(at, _)| *at >= MAX_KEPT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn head(uri: &str) -> Head {
        let (mut parts, ()) = Request::post(uri).body(()).expect("a request").into_parts();
        parts
            .headers
            .insert("sign", "c2VjcmV0".parse().expect("a value"));
        parts
            .headers
            .insert("cookie", "secret".parse().expect("a value"));
        Head::of(&parts)
    }

    #[test]
    fn no_spelling_of_a_signature_is_kept() {
        let sign = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061";
        for name in ["Sign", "sign", "%53ign", "SIG%6e"] {
            let head = head(&format!("/?SdkAppid=7&{name}={sign}&RequestTime=1"));
            assert!(!format!("{head:?}").contains(&sign[8..]));
            assert_eq!(head.parameter("sign"), Some("17773bc3…"));
            assert_eq!(
                head.unsigned_query(),
                [("SdkAppid".to_owned(), "7".to_owned())]
            );
        }
        let head = head("/?Sign=the-token-by-mistake");
        assert_eq!(head.parameter("sign"), Some("…"));
        assert_eq!(
            (head.header("sign"), head.header("cookie")),
            (Some("…"), Some("…"))
        );
    }

    #[test]
    fn what_a_stranger_sends_is_cut() {
        let head = head(&format!("/?a={}", "é".repeat(5000)));
        assert!(head.query[0].1.len() <= MAX_KEPT + 4);
    }
}
