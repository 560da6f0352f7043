//! The names of the parameters, in every spelling.

use super::escape::unescape;

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

    /// Reads a name as Tencent spells it today, which nearly every query has, and gives the text
    /// after its `=`. Two letters choose the only one that it can be.
    pub(super) fn usual(text: &str) -> Option<(Self, &str)> {
        let (name, text) = match text.as_bytes().first_chunk()? {
            b"Sd" => (Self::SdkAppid, text.strip_prefix("SdkAppid=")),
            b"Ca" => (Self::CallbackCommand, text.strip_prefix("CallbackCommand=")),
            b"Si" => (Self::Sign, text.strip_prefix("Sign=")),
            b"Re" => (Self::RequestTime, text.strip_prefix("RequestTime=")),
            b"Cl" => (Self::ClientIp, text.strip_prefix("ClientIP=")),
            b"Op" => (Self::OptPlatform, text.strip_prefix("OptPlatform=")),
            b"co" => (Self::ContentType, text.strip_prefix("contenttype=")),
            _ => return None,
        };
        Some((name, text?))
    }

    /// Reads a name in any spelling.
    pub(super) fn read(raw: &str) -> Option<Self> {
        let escaped = raw.contains('%');
        let means = |name: &str| {
            if !escaped {
                return raw.eq_ignore_ascii_case(name);
            }
            let lower = unescape(raw).map(|byte| byte.map(|byte| byte.to_ascii_lowercase()));
            lower.eq(name.bytes().map(Ok))
        };
        let known = Self::ALL.iter().find(|(_, name)| means(name));
        known.map(|(name, _)| *name)
    }
}
