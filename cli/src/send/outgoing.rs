//! Webhooks to be sent: how each protocol is written and signed.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, header};
use http_body_util::{BodyExt, Full};
use tower::BoxError;
use tower_tencent_webhook::{signature, trtc, value::UnixMillis};

use super::{client::SendBody, target::Target};
use crate::{
    exchange::head::Origin,
    protocol::{Envelope, parameter_name},
    secrets::{Keys, Secret},
};

/// The header that holds the app of a TRTC event.
const SDK_APP_ID: HeaderName = HeaderName::from_static("sdkappid");
/// The header that holds the signature of a TRTC event.
const SIGN: HeaderName = HeaderName::from_static("sign");

/// What a webhook is signed with.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    /// The first token or key of the app; nothing if the app has none.
    First,
    /// This token or key.
    Other(Secret),
    /// Nothing.
    None,
}

/// A webhook to be sent: all but the signature.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) sdk_app_id: u64,
    pub(crate) envelope: Envelope,
    /// As in the URL, escapes included.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Outgoing {
    /// A webhook as Tencent sends it, with the parameters that it adds.
    pub(crate) fn new(sdk_app_id: u64, command: &str, body: Bytes) -> Self {
        let envelope = Envelope::of(command);
        let query = match envelope {
            Envelope::Trtc => Vec::new(),
            Envelope::Url => [
                ("SdkAppid", &*sdk_app_id.to_string()),
                ("CallbackCommand", command),
                ("contenttype", "json"),
                ("ClientIP", "127.0.0.1"),
                ("OptPlatform", "RESTAPI"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        };
        Self {
            sdk_app_id,
            envelope,
            query,
            body,
        }
    }

    /// Makes it a webhook of another app.
    pub(crate) fn set_sdk_app_id(&mut self, sdk_app_id: u64) {
        self.sdk_app_id = sdk_app_id;
        for (name, value) in &mut self.query {
            if parameter_name(name).as_deref() == Some("sdkappid") {
                *value = sdk_app_id.to_string();
            }
        }
    }

    /// The same webhook with `millis` as its time of sending, which a TRTC event holds in its body.
    pub(crate) fn sent_at(mut self, millis: u64) -> Self {
        if self.envelope == Envelope::Trtc {
            self.body = trtc::sent_at(&self.body, UnixMillis(millis)).into();
        }
        self
    }

    /// The request to `target`, signed at the time `millis`.
    ///
    /// # Errors
    ///
    /// If the parameters do not make a URL.
    pub(crate) fn request(
        &self,
        target: &Target,
        keys: &Keys,
        credential: &Credential,
        millis: u64,
        origin: Origin,
    ) -> Result<Request<SendBody>, BoxError> {
        let secret = match credential {
            Credential::First => keys.signing(self.envelope),
            Credential::Other(secret) => Some(secret),
            Credential::None => None,
        };

        let mut query = self.query.clone();
        let mut request = Request::post("/")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, origin.user_agent());
        match self.envelope {
            Envelope::Url => {
                if let Some(token) = secret {
                    let seconds = millis / 1000;
                    let sign = signature::sign(token.expose(), seconds);
                    query.push(("Sign".to_owned(), sign));
                    query.push(("RequestTime".to_owned(), seconds.to_string()));
                }
            }
            Envelope::Trtc => {
                request = request.header(SDK_APP_ID, self.sdk_app_id);
                if let Some(key) = secret {
                    let mut sign = HeaderValue::try_from(trtc::sign(key.expose(), &self.body))?;
                    sign.set_sensitive(true);
                    request = request.header(SIGN, sign);
                }
            }
        }
        let body = self.body.clone();
        let body = Full::from(body)
            .map_err(|never| match never {})
            .boxed_unsync();
        Ok(request.uri(target.with(&query)?).body(body)?)
    }
}
