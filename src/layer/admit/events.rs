//! Events of TRTC, whose body is signed: what the head of a request claims.

use std::borrow::Cow;

use http::{HeaderMap, HeaderValue, header::GetAll};

use super::{
    Admission, AdmissionPolicy, Sender, check_body, spelling, unverified::UnverifiedEvent,
};
use crate::{outcome::Rejection, signature::SignatureError, trtc::Tag};

/// The header that names the app.
const APP_ID: &str = "sdkappid";

/// Whether a POST is an event of TRTC by its headers, signed or not.
pub(crate) fn is_event(headers: &HeaderMap) -> bool {
    headers.contains_key(APP_ID)
}

/// Reads what the head of a POST claims, in the order of this function. `None` if it is not ours.
pub(crate) fn admit_event(headers: &HeaderMap, policy: &AdmissionPolicy) -> Option<Admission> {
    // 1. Is it ours?
    let mut app_ids = headers.get_all(APP_ID).iter();
    let app_id = app_ids.next()?;
    if !policy.apps.take_events() {
        return None;
    }
    let reject = |rejection, sdk_app_id: Option<u64>| Admission::Reject {
        rejection,
        command: Cow::Borrowed(""),
        sender: sdk_app_id.map(|sdk_app_id| Sender {
            sdk_app_id,
            auth: None,
            signature_age: None,
        }),
    };

    // 2. Is its app one of ours?
    let app_id = app_id.to_str().ok().and_then(spelling::digits);
    let (Some(sdk_app_id), None) = (app_id, app_ids.next()) else {
        return Some(reject(Rejection::MalformedHeader, None));
    };
    let Some(asks_for_tag) = policy.apps.ask_for_tag(sdk_app_id) else {
        return Some(reject(Rejection::UnknownApp, None));
    };

    // 3. Can its signature be right?
    let tag = asks_for_tag.and_then(|asks| asks.then(|| tag(headers.get_all("sign"))).transpose());
    let tag = match tag {
        Ok(tag) => tag,
        Err(error) => return Some(reject(Rejection::Signature(error), Some(sdk_app_id))),
    };

    // 4. Will its body be readable?
    if let Err(rejection) = check_body(headers, policy.body_limit) {
        return Some(reject(rejection, Some(sdk_app_id)));
    }
    Some(Admission::Unverified(UnverifiedEvent { sdk_app_id, tag }))
}

fn tag(headers: GetAll<'_, HeaderValue>) -> Result<Tag, SignatureError> {
    let mut signs = headers.iter();
    let sign = signs.next().ok_or(SignatureError::Missing)?;
    match signs.next() {
        None => Tag::parse(sign.as_bytes()),
        Some(_) => Err(SignatureError::Malformed),
    }
}
