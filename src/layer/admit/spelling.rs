//! How a query spells its names and values. A broken escape is never passed on as text.

use std::borrow::Cow;

/// A value that is not unescaped yet.
#[derive(Clone, Copy)]
pub(crate) struct Escaped<'q>(pub(super) &'q str);

impl Escaped<'_> {
    /// Whether it means `text`, byte for byte.
    pub(crate) fn means(self, text: &str) -> bool {
        self.0 == text || (self.0.contains('%') && unescape(self.0).eq(text.bytes().map(Ok)))
    }
}

/// An escape that is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// The bytes of a percent-encoded text.
pub(super) fn unescape(raw: &str) -> impl Iterator<Item = Result<u8, Broken>> + '_ {
    let mut bytes = raw.bytes();
    std::iter::from_fn(move || {
        let byte = bytes.next()?;
        if byte != b'%' {
            return Some(Ok(byte));
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        Some(match (digit(), digit()) {
            (Some(high), Some(low)) => u8::try_from(high * 16 + low).map_err(|_| Broken),
            _ => Err(Broken),
        })
    })
}

/// A number as Tencent writes it: digits only, no sign, no leading zero, within `u64`.
pub(super) fn plain_decimal(raw: &str) -> Option<u64> {
    digits(raw).or_else(|| {
        // As many as a `u64` can have. A rejection allocates nothing for it.
        let mut unescaped = [0; 20];
        let mut length = 0;
        for byte in unescape(raw) {
            *unescaped.get_mut(length)? = byte.ok()?;
            length += 1;
        }
        digits(std::str::from_utf8(&unescaped[..length]).ok()?)
    })
}

/// A number in digits only, without a leading zero, within `u64`.
pub(super) fn digits(text: &str) -> Option<u64> {
    match text.as_bytes() {
        [b'0'] | [b'1'..=b'9', ..] => text.parse().ok(),
        _ => None,
    }
}

/// The unescaped text, if it is printable ASCII, as all documented values are.
pub(super) fn ascii_text(raw: &str) -> Option<Cow<'_, str>> {
    let printable = |byte: &u8| (b' '..=b'~').contains(byte);
    // Without an early exit, the compiler handles many bytes at a time.
    if raw.bytes().fold(true, |plain, byte| {
        plain & (byte != b'%') & printable(&byte)
    }) {
        return Some(Cow::Borrowed(raw));
    }
    let mut text = String::with_capacity(raw.len());
    for byte in unescape(raw) {
        text.push(char::from(byte.ok().filter(printable)?));
    }
    Some(Cow::Owned(text))
}

/// The parameters that are known.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Name {
    SdkAppid,
    CallbackCommand,
    Sign,
    RequestTime,
    ClientIp,
    OptPlatform,
    /// Not read: a body that is not JSON cannot be decoded anyway.
    ContentType,
}

impl Name {
    /// Each in lower case.
    pub(super) const ALL: [(Self, &str); 7] = [
        (Self::SdkAppid, "sdkappid"),
        (Self::CallbackCommand, "callbackcommand"),
        (Self::Sign, "sign"),
        (Self::RequestTime, "requesttime"),
        (Self::ClientIp, "clientip"),
        (Self::OptPlatform, "optplatform"),
        (Self::ContentType, "contenttype"),
    ];

    /// Whether a request may have it only once.
    pub(super) fn is_unique(self) -> bool {
        matches!(
            self,
            Self::SdkAppid | Self::CallbackCommand | Self::Sign | Self::RequestTime
        )
    }

    /// The name and the value of a parameter, if it is a known one.
    #[inline] // seven times for each webhook
    pub(super) fn with_value(param: &str) -> Option<(Self, &str)> {
        Self::exact(param).or_else(|| Self::lenient(param))
    }

    /// As Tencent spells it today, which nearly every query has. Two letters choose the only one
    /// that it can be.
    #[inline]
    fn exact(param: &str) -> Option<(Self, &str)> {
        let (name, value) = match param.as_bytes().first_chunk()? {
            b"Sd" => (Self::SdkAppid, param.strip_prefix("SdkAppid=")),
            b"Ca" => (
                Self::CallbackCommand,
                param.strip_prefix("CallbackCommand="),
            ),
            b"Si" => (Self::Sign, param.strip_prefix("Sign=")),
            b"Re" => (Self::RequestTime, param.strip_prefix("RequestTime=")),
            b"Cl" => (Self::ClientIp, param.strip_prefix("ClientIP=")),
            b"Op" => (Self::OptPlatform, param.strip_prefix("OptPlatform=")),
            b"co" => (Self::ContentType, param.strip_prefix("contenttype=")),
            _ => return None,
        };
        Some((name, value?))
    }

    /// In any spelling.
    #[inline(never)]
    fn lenient(param: &str) -> Option<(Self, &str)> {
        let (raw, value) = param.split_once('=').unwrap_or((param, ""));
        let escaped = raw.contains('%');
        let means = |name: &str| {
            if !escaped {
                return raw.eq_ignore_ascii_case(name);
            }
            let lower = unescape(raw).map(|byte| byte.map(|byte| byte.to_ascii_lowercase()));
            lower.eq(name.bytes().map(Ok))
        };
        let known = Self::ALL.iter().find(|(_, name)| means(name));
        known.map(|(name, _)| (*name, value))
    }
}
