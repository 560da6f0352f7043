//! Heads of requests: near enough to a valid one that every check is reached.

use std::{
    fmt::Write,
    time::{Duration, SystemTime},
};

use arbitrary::Arbitrary;
use http::{Request, header};
use tower_tencent_webhook::signature;

use super::oracle::{NOW, SIGNED_APP, TOKENS, UNSIGNED_APP};

/// The path of layers that have one.
pub const PATH: &str = "/im";

#[derive(Debug, Arbitrary)]
pub struct Head {
    method: Method,
    path: Path,
    signer: Signer,
    /// From the clock to the time of signing, in seconds.
    age: i8,
    /// Which of the four parameters that matter are left out, as bits.
    absent: u8,
    matter: [Value; 4],
    more: Vec<(Name, Value)>,
    headers: Vec<Header>,
}

#[derive(Debug, Arbitrary)]
enum Method {
    Post,
    Get,
    Other(String),
}

#[derive(Debug, Arbitrary)]
enum Path {
    Webhooks,
    Root,
    Other(String),
}

#[derive(Debug, Arbitrary)]
enum Signer {
    CurrentToken,
    PreviousToken,
    Stranger,
}

#[derive(Debug, Arbitrary)]
struct Value {
    text: Text,
    /// A character that is replaced: where, and by what.
    edit: Option<(u8, char)>,
    /// Of the letters of the name: which are in the other case, and which are escaped.
    flipped: u16,
    escaped: u16,
}

#[derive(Debug, Arbitrary)]
enum Name {
    SdkAppid,
    CallbackCommand,
    Sign,
    RequestTime,
    ClientIP,
    OptPlatform,
    Other(String),
}

/// A value that suits the parameter, or another one.
#[derive(Debug, Arbitrary)]
enum Text {
    Usual,
    Alternative,
    Other(String),
    Long(u16),
}

#[derive(Debug, Arbitrary)]
enum Header {
    ContentLength(u64),
    /// A number of this many digits.
    LongContentLength(u8),
    ContentEncoding(String),
    Other(String, Vec<u8>),
}

/// How far the clock is from its usual time.
#[derive(Debug, Arbitrary)]
pub enum Clock {
    Right,
    Off(i8),
    FarOff(i32),
}

impl Clock {
    pub fn now(&self) -> SystemTime {
        let seconds = match *self {
            Self::Right => 0,
            Self::Off(seconds) => seconds.into(),
            Self::FarOff(seconds) => seconds,
        };
        let usual = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        let distance = Duration::from_secs(seconds.unsigned_abs().into());
        if seconds < 0 {
            usual - distance
        } else {
            usual + distance
        }
    }
}

impl Head {
    /// The request, if HTTP allows one like that.
    pub fn request<B>(&self, body: B) -> Option<Request<B>> {
        let method = match &self.method {
            Method::Post => "POST",
            Method::Get => "GET",
            Method::Other(method) => method,
        };
        let path = match &self.path {
            Path::Webhooks => PATH,
            Path::Root => "/",
            Path::Other(path) => path,
        };
        let names = [
            Name::SdkAppid,
            Name::CallbackCommand,
            Name::Sign,
            Name::RequestTime,
        ];
        let matter = names.iter().zip(&self.matter).enumerate();
        let parameters: Vec<String> = matter
            .filter(|(index, _)| self.absent >> index & 1 == 0)
            .map(|(_, parameter)| parameter)
            .chain(self.more.iter().map(|(name, value)| (name, value)))
            .map(|(name, value)| format!("{}={}", value.spell(name), self.text(name, value)))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{path}?{}", parameters.join("&")));
        for field in &self.headers {
            request = match field {
                Header::ContentLength(length) => request.header(header::CONTENT_LENGTH, *length),
                Header::LongContentLength(digits) => {
                    request.header(header::CONTENT_LENGTH, "9".repeat(usize::from(*digits)))
                }
                Header::ContentEncoding(value) => request.header(header::CONTENT_ENCODING, value),
                Header::Other(name, value) => request.header(name, value.as_slice()),
            };
        }
        request.body(body).ok()
    }

    fn text(&self, name: &Name, value: &Value) -> String {
        let signed_at = NOW.saturating_add_signed(self.age.into());
        let token = match self.signer {
            Signer::CurrentToken => TOKENS[0],
            Signer::PreviousToken => TOKENS[1],
            Signer::Stranger => "stranger",
        };
        let usual = matches!(value.text, Text::Usual);
        let mut text = match (&value.text, name) {
            (Text::Other(text), _) => text.clone(),
            (Text::Long(length), _) => "x".repeat(usize::from(*length)),
            (_, Name::SdkAppid) => if usual { SIGNED_APP } else { UNSIGNED_APP }.to_string(),
            (_, Name::CallbackCommand) if usual => "Group.CallbackBeforeSendMsg".to_owned(),
            (_, Name::CallbackCommand) => "C2C.CallbackAfterSendMsg".to_owned(),
            (_, Name::Sign) if usual => signature::sign(token, signed_at),
            (_, Name::Sign) => signature::sign(token, signed_at).to_ascii_uppercase(),
            (_, Name::RequestTime) if usual => signed_at.to_string(),
            (_, Name::RequestTime) => format!("{signed_at}000"),
            (_, Name::ClientIP) => "127.0.0.1".to_owned(),
            (_, Name::OptPlatform) => "RESTAPI".to_owned(),
            (_, Name::Other(_)) => String::new(),
        };
        if let Some((at, char)) = value.edit {
            let at = usize::from(at);
            if let Some(old) = text.get(at..).and_then(|rest| rest.chars().next()) {
                text.replace_range(at..at + old.len_utf8(), char.encode_utf8(&mut [0; 4]));
            }
        }
        text
    }
}

impl Value {
    /// The name, as this parameter spells it.
    fn spell(&self, name: &Name) -> String {
        let name = match name {
            Name::SdkAppid => "SdkAppid",
            Name::CallbackCommand => "CallbackCommand",
            Name::Sign => "Sign",
            Name::RequestTime => "RequestTime",
            Name::ClientIP => "ClientIP",
            Name::OptPlatform => "OptPlatform",
            Name::Other(name) => name,
        };
        let mut spelled = String::new();
        for (index, letter) in name.bytes().enumerate() {
            let in_mask = |mask: u16| index < 16 && mask >> index & 1 == 1;
            let letter = if in_mask(self.flipped) {
                letter ^ 0x20
            } else {
                letter
            };
            if in_mask(self.escaped) || !letter.is_ascii() {
                // Writing into a `String` cannot fail.
                let _ = write!(spelled, "%{letter:02x}");
            } else {
                spelled.push(letter.into());
            }
        }
        spelled
    }
}
