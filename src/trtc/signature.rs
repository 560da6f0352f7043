//! The signature of an event: `Sign = base64(HMAC-SHA256(key, body))`.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::signature::SignatureError;

/// The `Sign` header of an event with this body: 44 characters of base64.
///
/// It covers the bytes as they are sent: a body that was parsed and written again has another
/// signature. It does not cover `SdkAppId`, so a body of one app can be sent as another's if both
/// have the same key.
///
/// ```
/// use tower_tencent_webhook::trtc;
///
/// let body = br#"{"EventGroupId":1,"EventType":102,"CallbackTs":1795003200640,"EventInfo":{"RoomId":7}}"#;
/// let sign = trtc::sign("key", body);
/// assert_eq!(trtc::verify("key", &sign, body), Ok(()));
/// assert!(trtc::verify("key", &sign, b"{}").is_err());
/// ```
#[must_use]
pub fn sign(key: &str, body: &[u8]) -> String {
    STANDARD.encode(mac(key, body).finalize().into_bytes())
}

/// Checks the `Sign` header of an event. Its age is not part of the signature: see `CallbackTs`.
///
/// The comparison takes the same time for every wrong signature.
///
/// # Errors
///
/// [`SignatureError`] tells which check failed; it is never
/// [`Stale`](SignatureError::Stale).
pub fn verify(key: &str, sign: &str, body: &[u8]) -> Result<(), SignatureError> {
    if Tag::parse(sign.as_bytes())?.is_of(key, body) {
        Ok(())
    } else {
        Err(SignatureError::Wrong)
    }
}

/// A well-formed `Sign`.
pub(crate) struct Tag([u8; 32]);

/// Does not show the signature.
impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag")
    }
}

impl Tag {
    /// Checks only the form: 44 characters of standard base64 with its padding.
    pub(crate) fn parse(sign: &[u8]) -> Result<Self, SignatureError> {
        if sign.is_empty() {
            return Err(SignatureError::Missing);
        }
        // As many bytes as 44 characters stand for, before their padding is looked at.
        let mut bytes = [0; 33];
        if sign.len() != 44 || STANDARD.decode_slice(sign, &mut bytes) != Ok(32) {
            return Err(SignatureError::Malformed);
        }
        let [tag @ .., _] = bytes;
        Ok(Self(tag))
    }

    pub(crate) fn is_of(&self, key: &str, body: &[u8]) -> bool {
        mac(key, body).verify_slice(&self.0).is_ok()
    }
}

fn mac(key: &str, body: &[u8]) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes());
    mac.expect("a key of any length").chain_update(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vendor's own example, byte for byte: with line breaks and tabs.
    const BODY: &str = "{\n\t\"EventGroupId\":\t2,\n\t\"EventType\":\t204,\n\t\"CallbackTs\":\t1664209748188,\n\t\"EventInfo\":\t{\n\t\t\"RoomId\":\t8489,\n\t\t\"EventTs\":\t1664209748,\n\t\t\"EventMsTs\":\t1664209748180,\n\t\t\"UserId\":\t\"user_85034614\",\n\t\t\"Reason\":\t0\n\t}\n}";

    /// The body that the vendor's sample programs sign.
    const CREATED: &str = "{\n\t\"EventGroupId\":\t1,\n\t\"EventType\":\t101,\n\t\"CallbackTs\":\t1608086882372,\n\t\"EventInfo\":\t{\n\t\t\"RoomId\":\t20222,\n\t\t\"EventTs\":\t1608086882,\n\t\t\"UserId\":\t\"222222_phone\"\n\t}\n}";

    #[test]
    fn signs_the_vectors() {
        for (key, body, sign_of_body) in [
            (
                "123654",
                BODY,
                "kkoFeO3Oh2ZHnjtg8tEAQhtXK16/KI05W3BQff8IvGA=",
            ),
            (
                "789",
                CREATED,
                "t2Yq1R4wilV/RIMRyygkgdhxWO8dgTdXXrfNVtz7V3k=",
            ),
        ] {
            assert_eq!(sign(key, body.as_bytes()), sign_of_body);
            assert_eq!(verify(key, sign_of_body, body.as_bytes()), Ok(()));
        }
    }

    #[test]
    fn a_body_that_is_written_again_has_another_signature() {
        let signature = sign("123654", BODY.as_bytes());
        let value: serde_json::Value = serde_json::from_str(BODY).expect("JSON");
        for again in [
            serde_json::to_string(&value).expect("writes"),
            serde_json::to_string_pretty(&value).expect("writes"),
            BODY.replace('\t', " "),
            format!("{BODY}\n"),
        ] {
            assert_eq!(
                verify("123654", &signature, again.as_bytes()),
                Err(SignatureError::Wrong)
            );
        }
    }

    #[test]
    fn only_padded_standard_base64_of_32_bytes_is_well_formed() {
        // Its signature has a `/`, so that the other alphabet gives another text.
        let right = sign("123654", BODY.as_bytes());
        for sign in [
            &right[..43],
            &right.replace('/', "_"),
            &right.replace('=', " "),
            &right.replace("A=", "B="),
            &format!("{right}="),
            &format!(" {right}"),
            &"A".repeat(44),
            &format!("{}==", "A".repeat(42)),
            &"0".repeat(64),
        ] {
            let refused = verify("123654", sign, BODY.as_bytes());
            assert_eq!(refused, Err(SignatureError::Malformed), "{sign}");
        }
        assert_eq!(verify("123654", "", b""), Err(SignatureError::Missing));
    }

    #[test]
    fn the_signature_depends_on_the_key_and_on_every_byte() {
        let signature = sign("key", b"body");
        assert_eq!(
            verify("Key", &signature, b"body"),
            Err(SignatureError::Wrong)
        );
        assert_eq!(
            verify("key", &signature, b"Body"),
            Err(SignatureError::Wrong)
        );
        assert_eq!(verify("key", &signature, b""), Err(SignatureError::Wrong));
    }
}
