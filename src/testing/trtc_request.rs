//! Requests of the protocol that signs the body.

use std::time::{SystemTime, UNIX_EPOCH};

use http::Request;

use crate::{trtc, value::UnixMillis};

/// Builds the requests with which TRTC sends its [events](trtc).
///
/// ```
/// use tower_tencent_webhook::testing::{TrtcRequest, sample_body};
///
/// let body = sample_body("TRTC.103").expect("a documented event");
/// let request = TrtcRequest::new(1_400_000_000).path("/trtc").signed("TheKey7");
/// let request = request.body::<axum::body::Body>(body);
/// assert_eq!(request.headers()["SdkAppId"], "1400000000");
/// ```
#[derive(Clone)]
pub struct TrtcRequest {
    path: String,
    sdk_app_id: u64,
    key: Option<String>,
    sent: Option<SystemTime>,
}

impl TrtcRequest {
    /// A request of the app, unsigned, sent now, to `/`.
    #[must_use]
    pub fn new(sdk_app_id: u64) -> Self {
        Self {
            path: "/".to_owned(),
            sdk_app_id,
            key: None,
            sent: Some(SystemTime::now()),
        }
    }

    /// Sets the path, which may have a query.
    #[must_use]
    pub fn path(self, path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..self
        }
    }

    /// Signs it with `key`.
    #[must_use]
    pub fn signed(self, key: &str) -> Self {
        Self {
            key: Some(key.to_owned()),
            ..self
        }
    }

    /// Sends it at another time; with `None`, at the time that the body has.
    #[must_use]
    pub fn sent_at(self, time: impl Into<Option<SystemTime>>) -> Self {
        Self {
            sent: time.into(),
            ..self
        }
    }

    /// The request, with a body of whatever type the service takes: `axum::body::Body`,
    /// `Full<Bytes>`, `Vec<u8>`. The body gets the [time of sending](trtc::sent_at).
    ///
    /// # Panics
    ///
    /// If the path is not a path, or the time is before 1970.
    #[must_use]
    pub fn body<B: From<Vec<u8>>>(self, body: impl AsRef<[u8]>) -> Request<B> {
        let body = match self.sent {
            None => body.as_ref().to_vec(),
            Some(time) => {
                let since = time.duration_since(UNIX_EPOCH);
                let millis = since.expect("a time after 1970").as_millis();
                let millis = u64::try_from(millis).expect("a time of this age of the world");
                trtc::sent_at(body.as_ref(), UnixMillis(millis))
            }
        };
        let mut request = Request::post(self.path)
            .header("Content-Type", "application/json")
            .header("SdkAppId", self.sdk_app_id);
        if let Some(key) = self.key {
            request = request.header("Sign", trtc::sign(&key, &body));
        }
        request.body(body.into()).expect("a path")
    }
}

/// Does not show the key.
impl std::fmt::Debug for TrtcRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TrtcRequest")
            .field("path", &self.path)
            .field("sdk_app_id", &self.sdk_app_id)
            .finish_non_exhaustive()
    }
}
