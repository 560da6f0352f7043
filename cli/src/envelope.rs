//! The two protocols: how a webhook of each is written and signed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Uri, header};
use http_body_util::{BodyExt, Full};
use serde::{Deserialize, Serialize};
use tower::BoxError;
use tower_tencent_webhook::{UnixMillis, signature, trtc};

use crate::{
    client::SendBody,
    exchange::Origin,
    head::parameter,
    secrets::{Keys, Secret},
};

/// The header that holds the app of a TRTC event.
const SDK_APP_ID: HeaderName = HeaderName::from_static("sdkappid");
/// The header that holds the signature of a TRTC event.
const SIGN: HeaderName = HeaderName::from_static("sign");

/// How a webhook says what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Envelope {
    /// App, command and signature in the query (Chat, Live, Room, Call).
    Url,
    /// App and signature in headers, the rest in the body (TRTC events).
    Trtc,
}

impl Envelope {
    /// The envelope that the command comes in.
    pub(crate) fn of(command: &str) -> Self {
        match command.get(..5) {
            Some(prefix) if prefix.eq_ignore_ascii_case("TRTC.") => Self::Trtc,
            _ => Self::Url,
        }
    }

    /// How long Tencent waits for an answer.
    pub(crate) fn patience(self) -> Duration {
        Duration::from_secs(match self {
            Self::Url => 2,
            Self::Trtc => 5,
        })
    }
}

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
            if parameter(name).as_deref() == Some("sdkappid") {
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
            .header(header::USER_AGENT, user_agent(origin));
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

/// Where to send.
#[derive(Clone, Debug)]
pub(crate) struct Target(Uri);

impl Target {
    /// Reads an address, such as `https://example.com/im`.
    ///
    /// # Errors
    ///
    /// What an address looks like. It is not quoted, since its query may hold a secret.
    pub(crate) fn parse(to: &str) -> Result<Self, String> {
        let uri: Uri = to
            .parse()
            .map_err(|error| format!("the address is not a URL: {error}"))?;
        match (uri.scheme_str(), uri.authority()) {
            (Some("http" | "https"), Some(_)) => Ok(Self(uri)),
            _ => Err("the address must be a whole URL, such as http://127.0.0.1:3000/im".into()),
        }
    }

    /// The receiver in this process: only path and query matter.
    pub(crate) fn here() -> Self {
        Self(Uri::from_static("/"))
    }

    /// The same server, at another path.
    pub(crate) fn at(&self, path: &str) -> Result<Self, http::Error> {
        let mut parts = self.0.clone().into_parts();
        parts.path_and_query = Some(path.parse()?);
        Ok(Self(Uri::from_parts(parts)?))
    }

    /// The address itself.
    pub(crate) fn uri(&self) -> &Uri {
        &self.0
    }

    /// The address with more parameters.
    pub(crate) fn with(&self, query: &[(String, String)]) -> Result<Uri, http::Error> {
        let own = self.0.query().map(str::to_owned);
        let parameters = own
            .into_iter()
            .chain(query.iter().map(|(name, value)| format!("{name}={value}")))
            .collect::<Vec<_>>()
            .join("&");
        let path = self.0.path();
        let path_and_query = match &*parameters {
            "" => path.to_owned(),
            _ => format!("{path}?{parameters}"),
        };
        let mut parts = self.0.clone().into_parts();
        parts.path_and_query = Some(path_and_query.parse()?);
        Ok(Uri::from_parts(parts)?)
    }
}

/// Names the tool, and what made it send: the page shows that as the origin.
fn user_agent(origin: Origin) -> &'static str {
    match origin {
        Origin::Trigger => concat!("tencent-webhook/", env!("CARGO_PKG_VERSION"), " (trigger)"),
        Origin::Replay => concat!("tencent-webhook/", env!("CARGO_PKG_VERSION"), " (replay)"),
        _ => concat!("tencent-webhook/", env!("CARGO_PKG_VERSION")),
    }
}

/// The origin that the header `User-Agent` names. Anybody may send it: it is shown, and
/// decides nothing.
pub(crate) fn origin_of(user_agent: &str) -> Origin {
    [Origin::Trigger, Origin::Replay]
        .into_iter()
        .find(|origin| user_agent == self::user_agent(*origin))
        .unwrap_or_default()
}

pub(crate) fn millis(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis().try_into().unwrap_or(u64::MAX))
}
