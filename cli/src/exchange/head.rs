//! The head of a request, as it is kept: without what would let a reader forge webhooks, and with where
//! it came from.

use std::borrow::Cow;

use http::{HeaderMap, header, request::Parts};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use crate::protocol::{Envelope, parameter_name, query_pairs};

/// The longest value of a header that is kept, in bytes: an unauthenticated client may send more.
const MAX_VALUE: usize = 1024;
/// The longest path, and the longest query, that are kept: the layer takes no longer query either.
/// What is kept of a webhook is therefore all of it, and can be signed anew.
const MAX_TARGET: usize = 8 * 1024;
/// How many headers are kept.
const MAX_COUNT: usize = 100;

/// Method, path, query and headers, secrets masked.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) path: String,
    /// As in the URL, escapes included; `Sign` masked.
    pub(crate) query: String,
    /// `Sign` and credentials masked.
    pub(crate) headers: Vec<(String, String)>,
}

impl Head {
    pub(crate) fn of(parts: &Parts) -> Self {
        Self {
            method: keep(parts.method.as_str(), MAX_VALUE),
            path: keep(parts.uri.path(), MAX_TARGET),
            query: query(parts.uri.query().unwrap_or_default()),
            headers: headers(&parts.headers),
        }
    }

    /// The names and values of the query.
    pub(crate) fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        query_pairs(&self.query)
    }

    /// The value of the parameter, which is named in lower case here; its name may be escaped
    /// and in any case in the URL.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query()
            .find(|(own, _)| parameter_name(own).as_deref() == Some(name))
            .map(|(_, value)| value)
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
        let signs = |name: &str| {
            matches!(
                parameter_name(name).as_deref(),
                Some("sign" | "requesttime")
            )
        };
        self.query()
            .filter(|(name, _)| !signs(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

/// The query with its signature masked.
fn query(query: &str) -> String {
    let query = keep(query, MAX_TARGET);
    let masked = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if parameter_name(name).as_deref() == Some("sign") => {
            Cow::Owned(format!("{name}={}", mask(value, 64)))
        }
        _ => Cow::Borrowed(pair),
    });
    masked.collect::<Vec<_>>().join("&")
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
                _ => keep(&value, MAX_VALUE),
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

/// The text, cut to about `most` bytes.
fn keep(text: &str, most: usize) -> String {
    match text.char_indices().find(|(at, _)| *at >= most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Where a request came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    #[default]
    Network,
    Trigger,
    Replay,
    Demo,
}

impl Origin {
    /// The header `User-Agent` of what is sent: it names the tool, and what made it send.
    pub(crate) fn user_agent(self) -> &'static str {
        match self {
            Self::Trigger => concat!("tencent-webhook/", env!("CARGO_PKG_VERSION"), " (trigger)"),
            Self::Replay => concat!("tencent-webhook/", env!("CARGO_PKG_VERSION"), " (replay)"),
            Self::Network | Self::Demo => {
                concat!("tencent-webhook/", env!("CARGO_PKG_VERSION"))
            }
        }
    }

    /// The origin that the header `User-Agent` names. Anybody may send it: it is shown, and
    /// decides nothing.
    pub(crate) fn of(user_agent: &str) -> Self {
        [Self::Trigger, Self::Replay]
            .into_iter()
            .find(|origin| user_agent == origin.user_agent())
            .unwrap_or_default()
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
    fn a_webhook_is_kept_whole_and_what_is_longer_is_cut() {
        let many: Vec<_> = (0..200).map(|n| format!("p{n}={n}")).collect();
        let whole = format!("a={}&{}", "x".repeat(5000), many.join("&"));
        assert_eq!(
            head(&format!("/?{whole}&Sign=x")).query,
            format!("{whole}&Sign=…")
        );
        let head = head(&format!("/?a={}&Sign=secret", "é".repeat(5000)));
        assert!(head.query.len() <= MAX_TARGET + 4);
        assert!(head.query.ends_with('…'));
    }
}
