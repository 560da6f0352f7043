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
        Self::usual(param).or_else(|| Self::unusual(param))
    }

    /// As Tencent spells it today, which nearly every query has. Two letters choose the only one
    /// that it can be.
    #[inline]
    fn usual(param: &str) -> Option<(Self, &str)> {
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
    fn unusual(param: &str) -> Option<(Self, &str)> {
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
