//! What the layer should make of the head of a request, worked out differently from how it does.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, StatusCode, Uri, header};
use tower_tencent_webhook::{App, Apps, signature};

/// The app whose webhooks are signed, and its tokens, the current one first.
pub const SIGNED_APP: u64 = 1_400_000_000;
pub const TOKENS: [&str; 2] = ["xxxxyyyy", "xxxxaaaa"];

/// The app whose webhooks are not.
pub const UNSIGNED_APP: u64 = 7;

/// The clock, in Unix seconds, unless an input moves it.
pub const NOW: u64 = 1_669_872_112;

const WINDOW: Duration = Duration::from_secs(60);

pub fn apps() -> Apps {
    let signed = App::signed(SIGNED_APP, TOKENS[0]).and_then(|app| app.also_accept(TOKENS[1]));
    Apps::new([
        signed.expect("tokens"),
        App::insecure_unsigned(UNSIGNED_APP),
    ])
    .expect("two apps")
}

/// The settings of a layer that decide about a head.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The one command that is taken, or `None` for all.
    pub only: Option<&'static str>,
    /// The one path that is taken, or `None` for all.
    pub path: Option<&'static str>,
    pub body_limit: usize,
    pub now: SystemTime,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            only: None,
            path: None,
            body_limit: 1024 * 1024,
            now: SystemTime::UNIX_EPOCH + Duration::from_secs(NOW),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The application gets it.
    Pass,
    Refuse(StatusCode),
    /// The console's check of the URL, which names no app.
    Probe,
    Admit,
}

impl Rules {
    pub fn judge(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body_len: Option<u64>,
    ) -> Verdict {
        let whole = uri.query().unwrap_or_default();
        let query = beginning(whole);
        let query = query.as_str();
        let ids = values(query, "sdkappid");
        let commands = values(query, "callbackcommand");
        let signs = values(query, "sign");
        let times = values(query, "requesttime");

        let taken = commands.iter().any(|raw| match self.only {
            Some(only) => plain(raw).is_some_and(|command| command == only),
            None => true,
        });
        let elsewhere = self.path.is_some_and(|path| path != uri.path());
        if method.as_str() != "POST" || elsewhere || !taken {
            return Verdict::Pass;
        }
        if ids.is_empty() {
            // Some app takes unsigned webhooks, so no signature is needed.
            let once = commands.len() == 1 && signs.len() <= 1 && times.len() <= 1;
            let is_check = once && plain(commands[0]).is_some() && query == whole;
            return match is_check && matches!(body_len, Some(0..=2)) {
                true => Verdict::Probe,
                false => Verdict::Pass,
            };
        }
        if query != whole {
            return Verdict::Refuse(StatusCode::URI_TOO_LONG);
        }
        if [&ids, &commands, &signs, &times]
            .iter()
            .any(|values| values.len() > 1)
        {
            return Verdict::Refuse(StatusCode::BAD_REQUEST);
        }
        let (Some(id), Some(command)) = (decimal(ids[0]), plain(commands[0])) else {
            return Verdict::Refuse(StatusCode::BAD_REQUEST);
        };
        if command.to_ascii_uppercase().starts_with("TRTC.") {
            return Verdict::Refuse(StatusCode::BAD_REQUEST);
        }
        let verified = |token: &&str| {
            let sign = signs.first().copied().unwrap_or_default();
            let time = times.first().copied().unwrap_or_default();
            signature::verify_at(token, sign, time, self.now, WINDOW).is_ok()
        };
        let trusted = match id {
            SIGNED_APP => TOKENS.iter().any(verified),
            UNSIGNED_APP => true,
            _ => false,
        };
        if !trusted {
            return Verdict::Refuse(StatusCode::FORBIDDEN);
        }
        if headers
            .get_all(header::CONTENT_ENCODING)
            .iter()
            .any(|value| {
                let value = value.as_bytes().trim_ascii().to_ascii_lowercase();
                value != b"" && value != b"identity"
            })
        {
            return Verdict::Refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        if headers.get(header::CONTENT_LENGTH).is_some_and(|value| {
            let digits = value.as_bytes();
            let limit = self.body_limit.to_string();
            let significant = digits.iter().position(|digit| *digit != b'0');
            let digits = &digits[significant.unwrap_or(digits.len())..];
            digits.iter().all(u8::is_ascii_digit)
                && (digits.len(), digits) > (limit.len(), limit.as_bytes())
        }) {
            return Verdict::Refuse(StatusCode::PAYLOAD_TOO_LARGE);
        }
        Verdict::Admit
    }
}

/// The parameters that are read: 128 at most, each of which ends within 8 KiB.
fn beginning(query: &str) -> String {
    let mut end = 0;
    let read = query.split('&').take(128).take_while(|pair| {
        end += pair.len();
        let within = end < 8192 || (end == query.len() && end == 8192);
        end += 1;
        within
    });
    read.collect::<Vec<_>>().join("&")
}

/// The raw values of a parameter, whose name is given in lower case.
fn values<'q>(query: &'q str, name: &str) -> Vec<&'q str> {
    query
        .split('&')
        .map(|pair| pair.split_at(pair.find('=').unwrap_or(pair.len())))
        .filter(|(raw, _)| plain(raw).is_some_and(|plain| plain.to_ascii_lowercase() == name))
        .map(|(_, value)| value.strip_prefix('=').unwrap_or(value))
        .collect()
}

/// The text without escapes; `None` if they are broken or it is not printable ASCII.
fn plain(raw: &str) -> Option<String> {
    let mut pieces = raw.split('%');
    let mut text = pieces.next()?.to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        text.push(u8::from_str_radix(digits, 16).ok()?.into());
        text.push_str(rest);
    }
    text.chars()
        .all(|char| char == ' ' || char.is_ascii_graphic())
        .then_some(text)
}

fn decimal(raw: &str) -> Option<u64> {
    let text = plain(raw)?;
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
