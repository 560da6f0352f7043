//! The signature of a webhook URL: `Sign = hex(sha256(Token + RequestTime))`.
//!
//! The layer checks it by itself; the functions here serve tests, tools and other receivers.
//!
//! # What it proves, and what it does not
//!
//! A correct `Sign` proves that whoever made the URL knew the token at `RequestTime`. It covers
//! neither the body nor the command nor any other parameter: whoever sees one valid URL, in an
//! access log or a proxy, can send any body to that app until the time window closes. All webhooks
//! of one second carry the same `Sign`, so it is not a nonce and cannot tell repeats apart. HTTPS,
//! a long random token, a narrow window and a query string that is never logged are the honest
//! mitigations.
//!
//! It is a bare hash, so SHA-256 can be extended past `RequestTime`. That is why `RequestTime`
//! must be exactly ten ASCII digits, which is checked before anything is hashed.
//!
//! # Example
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use tower_tencent_webhook::signature::{SignatureError, sign, verify_at};
//!
//! let signed_at = 1_669_872_112;
//! let signature = sign("xxxxyyyy", signed_at);
//! assert_eq!(signature, "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061");
//!
//! let window = Duration::from_secs(60);
//! let clock = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
//! assert_eq!(verify_at("xxxxyyyy", &signature, "1669872112", clock(signed_at + 60), window), Ok(()));
//! assert_eq!(
//!     verify_at("xxxxyyyy", &signature, "1669872112", clock(signed_at + 61), window),
//!     Err(SignatureError::Stale),
//! );
//! ```

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// Why a signature was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureError {
    /// The app has no token for webhooks in URLs, or no key for events of TRTC, and was not
    /// declared to go without one.
    NoSecret,
    /// `Sign` or `RequestTime` is missing or empty; for an event of TRTC, the header `Sign`.
    Missing,
    /// `Sign` is not 64 hexadecimal digits, or `RequestTime` is not 10 decimal digits. For an event
    /// of TRTC: `Sign` appears twice, or is not 44 characters of base64.
    Malformed,
    /// `Sign` does not belong to this token and time; for an event of TRTC, to this key and body.
    Wrong,
    /// `Sign` is right, but `RequestTime` is further from the clock than the window allows. For an
    /// event of TRTC: `CallbackTs` is, or is missing.
    ///
    /// When every delivery ends like this, the clock of this machine is off.
    Stale,
}

impl SignatureError {
    /// Its name in logs and metrics, such as `wrong_sign`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoSecret => "no_secret",
            Self::Missing => "missing_sign",
            Self::Malformed => "malformed_sign",
            Self::Wrong => "wrong_sign",
            Self::Stale => "stale",
        }
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSecret => {
                "the app has no token, or no event key, for such requests; give it one"
            }
            Self::Missing => "`Sign` or `RequestTime` is missing",
            Self::Malformed => "`Sign` or `RequestTime` does not have its documented form",
            Self::Wrong => "`Sign` does not match the token or key; compare it with the console",
            Self::Stale => {
                "`RequestTime` or `CallbackTs` is outside the window; check this machine's clock"
            }
        })
    }
}

impl std::error::Error for SignatureError {}

/// The signature of a URL whose `RequestTime` is `request_time`, in Unix seconds: 64 lower-case
/// hexadecimal digits.
#[must_use]
pub fn sign(token: &str, request_time: u64) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    digest(token, &request_time.to_string())
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0xf])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

/// Checks a `Sign` and `RequestTime`, given as they appear in the URL, at the time `now`.
///
/// The signature may be in upper or lower case. A time that is off by exactly `window`, in either
/// direction and counted in whole seconds, is accepted. The comparison takes the same time for
/// every wrong signature.
///
/// # Errors
///
/// [`SignatureError`] tells which check failed; [`Stale`](SignatureError::Stale) only for a
/// signature that is right.
pub fn verify_at(
    token: &str,
    sign: &str,
    request_time: &str,
    now: SystemTime,
    window: Duration,
) -> Result<(), SignatureError> {
    UrlSignature::parse(Some(sign), Some(request_time))?.verify(token, now, window)
}

/// A well-formed `Sign` and `RequestTime`.
pub(crate) struct UrlSignature<'a> {
    sign: [u8; 32],
    request_time: &'a str,
    seconds: u64,
}

impl<'a> UrlSignature<'a> {
    /// Checks only the form, before anything is hashed.
    pub(crate) fn parse(
        sign: Option<&str>,
        request_time: Option<&'a str>,
    ) -> Result<Self, SignatureError> {
        let (Some(sign), Some(request_time)) = (sign, request_time) else {
            return Err(SignatureError::Missing);
        };
        if sign.is_empty() || request_time.is_empty() {
            return Err(SignatureError::Missing);
        }
        let seconds = parse_time(request_time).ok_or(SignatureError::Malformed)?;
        let sign = parse_hex(sign).ok_or(SignatureError::Malformed)?;
        Ok(Self {
            sign,
            request_time,
            seconds,
        })
    }

    pub(crate) fn verify(
        &self,
        token: &str,
        now: SystemTime,
        window: Duration,
    ) -> Result<(), SignatureError> {
        if !self.is_of(token) {
            return Err(SignatureError::Wrong);
        }
        self.is_fresh(now, window)
            .then_some(())
            .ok_or(SignatureError::Stale)
    }

    pub(crate) fn is_of(&self, token: &str) -> bool {
        let digest = digest(token, self.request_time);
        // By words: `subtle` hides each comparison from the optimiser, and 4 cost less than 32.
        let words = digest.as_chunks().0.iter().zip(self.sign.as_chunks().0);
        let equal = words.fold(Choice::from(1), |equal, (digest, sign)| {
            equal & u64::from_ne_bytes(*digest).ct_eq(&u64::from_ne_bytes(*sign))
        });
        equal.into()
    }

    pub(crate) fn is_fresh(&self, now: SystemTime, window: Duration) -> bool {
        now.duration_since(SystemTime::UNIX_EPOCH)
            .is_ok_and(|since| since.as_secs().abs_diff(self.seconds) <= window.as_secs())
    }

    pub(crate) fn age(&self, now: SystemTime) -> i64 {
        age(self.seconds, now)
    }
}

/// The clock less a Unix time, in whole seconds.
pub(crate) fn age(time: u64, now: SystemTime) -> i64 {
    let seconds = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    let now = match now.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => seconds(since.as_secs()),
        Err(before) => -seconds(before.duration().as_secs()),
    };
    now.saturating_sub(seconds(time))
}

fn digest(token: &str, request_time: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(token)
        .chain_update(request_time)
        .finalize()
        .into()
}

/// Exactly ten decimal digits.
fn parse_time(text: &str) -> Option<u64> {
    let digits: &[u8; 10] = text.as_bytes().try_into().ok()?;
    digits.iter().try_fold(0, |seconds, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some(seconds * 10 + digit)
    })
}

/// Without a branch for each digit, the compiler handles many of them at a time.
fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
    if !digits
        .iter()
        .fold(true, |all, digit| all & digit.is_ascii_hexdigit())
    {
        return None;
    }
    // The low bits of a digit are its value, and those of a letter of either case are 9 less.
    let values = digits.map(|digit| (digit & 0xf) + 9 * (digit >> 6));
    let mut bytes = [0; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(values.as_chunks().0) {
        *byte = high << 4 | low;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(60);

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn signs_the_vendors_vectors() {
        for (token, sign_of_token) in [
            (
                "xxxxyyyy",
                "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061",
            ),
            // Some pages print the hash above for this token; that is a slip of theirs.
            (
                "xxxyyy",
                "e78a85473bed2cdc8d6fa8c4d5a4ba4735fd64156e15a99516b9890293e135de",
            ),
            (
                "xxxxaaaa",
                "b2dd14c11c1d4a81da43176813d6cb31e526cbd56f5ebe9b7bfa284621f4cf1f",
            ),
        ] {
            assert_eq!(sign(token, 1_669_872_112), sign_of_token);
            let upper = sign_of_token.to_ascii_uppercase();
            assert_eq!(
                verify_at(token, &upper, "1669872112", at(1_669_872_112), WINDOW),
                Ok(())
            );
        }
    }

    #[test]
    fn a_hash_extended_without_the_token_is_malformed() {
        let sign = "b6c1c43d25db580f06ce5809e27ae38ac1374ef56a492b54d7706e14348cdb5e";
        let time = format!("1669872112%80{}%901795430000", "%00".repeat(44));
        assert_eq!(
            verify_at("xxxxaaaa", sign, &time, at(1_795_430_000), WINDOW),
            Err(SignatureError::Malformed)
        );
        // The hash is valid for the bytes behind the escapes: only the form of the time stops it.
        let mut bytes = b"xxxxaaaa1669872112\x80".to_vec();
        bytes.extend([0; 44]);
        bytes.extend(b"\x901795430000");
        assert_eq!(parse_hex(sign), Some(Sha256::digest(&bytes).into()));
    }

    #[test]
    fn forms_are_checked_before_hashing() {
        let right = sign("t", 1_700_000_000);
        for time in [
            "-170000000",
            "+170000000",
            "170000000",
            "17000000000",
            "1700000000000",
            "1.70000000",
            " 170000000",
        ] {
            assert_eq!(
                verify_at("t", &right, time, at(1_700_000_000), WINDOW),
                Err(SignatureError::Malformed),
                "{time}"
            );
        }
        for bad in [
            "a",
            &right[..63],
            &format!("{right}0"),
            &format!("0x{}", &right[2..]),
            &format!(" {}", &right[1..]),
        ] {
            assert_eq!(
                verify_at("t", bad, "1700000000", at(1_700_000_000), WINDOW),
                Err(SignatureError::Malformed),
                "{bad}"
            );
        }
        assert_eq!(
            verify_at("t", "", "1700000000", at(0), WINDOW),
            Err(SignatureError::Missing)
        );
        assert_eq!(
            verify_at("t", &right, "", at(0), WINDOW),
            Err(SignatureError::Missing)
        );
    }

    #[test]
    fn the_window_is_inclusive_on_both_sides() {
        let signature = sign("t", 1_700_000_000);
        let verify = |now| verify_at("t", &signature, "1700000000", now, WINDOW);
        assert_eq!(verify(at(1_700_000_060)), Ok(()));
        assert_eq!(verify(at(1_700_000_061)), Err(SignatureError::Stale));
        assert_eq!(verify(at(1_699_999_940)), Ok(()));
        assert_eq!(verify(at(1_699_999_939)), Err(SignatureError::Stale));
        assert_eq!(
            verify(SystemTime::UNIX_EPOCH - Duration::from_secs(9)),
            Err(SignatureError::Stale)
        );
        let wrong = sign("other", 1_700_000_000);
        assert_eq!(
            verify_at("t", &wrong, "1700000000", at(0), WINDOW),
            Err(SignatureError::Wrong),
            "a wrong signature is never called stale"
        );
    }
}
