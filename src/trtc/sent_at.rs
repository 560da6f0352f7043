//! Sending an event again, or a sample as if it were new.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::value::UnixMillis;

/// The body of an event with another time of sending, every other byte as it is: a body that is
/// written again has another signature. A body without the time stays as it is.
///
/// ```
/// use tower_tencent_webhook::{value::UnixMillis, trtc};
///
/// let body = b"{\n\t\"EventType\":\t101,\n\t\"CallbackTs\":\t1664209748188}";
/// let again = trtc::sent_at(body, UnixMillis(1_795_003_200_640));
/// assert_eq!(again, b"{\n\t\"EventType\":\t101,\n\t\"CallbackTs\":\t1795003200640}");
/// let sign = trtc::sign("key", &again);
/// # assert_eq!(trtc::verify("key", &sign, &again), Ok(()));
/// ```
#[must_use]
pub fn sent_at(body: &[u8], time: UnixMillis) -> Vec<u8> {
    #[derive(Deserialize)]
    struct Times<'a> {
        #[serde(rename = "CallbackTs", borrow)]
        ts: Option<&'a RawValue>,
        #[serde(rename = "CallbackMsTs", borrow)]
        ms_ts: Option<&'a RawValue>,
    }

    let mut sent = body.to_vec();
    let Ok(Times { ts, ms_ts }) = serde_json::from_slice(body) else {
        return sent;
    };
    let digits = |raw: &RawValue| {
        let digits = raw.get().trim_matches('"');
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let start = digits.as_ptr().addr() - body.as_ptr().addr();
        plain.then(|| start..start + digits.len())
    };
    let mut places: Vec<_> = [ts, ms_ts]
        .into_iter()
        .flatten()
        .filter_map(digits)
        .collect();
    // From the end, so that the first replacement does not move the second.
    places.sort_unstable_by_key(|place| place.start);
    for place in places.into_iter().rev() {
        sent.splice(place, time.0.to_string().into_bytes());
    }
    sent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(body: &str) -> String {
        String::from_utf8(sent_at(body.as_bytes(), UnixMillis(333))).expect("text")
    }

    #[test]
    fn the_time_is_replaced_and_every_other_byte_stays() {
        for (body, again) in [
            (
                "{\n\t\"CallbackTs\":\t1700000000000,\"EventInfo\": {\"CallbackTs\":1}}",
                "{\n\t\"CallbackTs\":\t333,\"EventInfo\": {\"CallbackTs\":1}}",
            ),
            (r#"{"CallbackTs":"1"}"#, r#"{"CallbackTs":"333"}"#),
            (
                r#"{"CallbackMsTs":1,"CallbackTs":22}"#,
                r#"{"CallbackMsTs":333,"CallbackTs":333}"#,
            ),
        ] {
            assert_eq!(sent(body), again);
        }
    }

    #[test]
    fn what_has_no_time_stays_as_it_is() {
        for body in [
            "{}",
            "no JSON",
            "[]",
            r#"{"CallbackTs":null}"#,
            r#"{"CallbackTs":""}"#,
        ] {
            assert_eq!(sent(body), body);
        }
        assert_eq!(sent_at(b"\xff", UnixMillis(5)), b"\xff");
    }
}
