//! Requests of the protocol that puts its parameters into the URL.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use http::Request;

use crate::signature;

/// Builds the requests that Tencent sends.
///
/// ```
/// use tower_tencent_webhook::testing::WebhookRequest;
///
/// let request = WebhookRequest::new(1_400_000_000, "Group.CallbackAfterSendMsg")
///     .path("/im")
///     .signed("the token")
///     .body("{}");
/// assert_eq!(request.uri().path(), "/im");
/// ```
#[derive(Clone)]
pub struct WebhookRequest {
    path: String,
    query: String,
}

impl WebhookRequest {
    /// A request of the app for the command, unsigned, to `/`.
    #[must_use]
    pub fn new(sdk_app_id: u64, command: &str) -> Self {
        let query = format!(
            "SdkAppid={sdk_app_id}&CallbackCommand={command}&contenttype=json&ClientIP=127.0.0.1&OptPlatform=RESTAPI"
        );
        Self {
            path: "/".to_owned(),
            query,
        }
    }

    /// Sets the path.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        self.path = path.to_owned();
        self
    }

    /// Signs it with `token`, now.
    ///
    /// # Panics
    ///
    /// If the clock is before 1970.
    #[must_use]
    pub fn signed(self, token: &str) -> Self {
        self.signed_at(token, SystemTime::now())
    }

    /// Signs it with `token` at another time.
    ///
    /// # Panics
    ///
    /// If the time is before 1970.
    #[must_use]
    pub fn signed_at(mut self, token: &str, time: SystemTime) -> Self {
        let seconds = time
            .duration_since(UNIX_EPOCH)
            .expect("a time after 1970")
            .as_secs();
        let sign = signature::sign(token, seconds);
        self.query
            .push_str(&format!("&Sign={sign}&RequestTime={seconds}"));
        self
    }

    /// The path and query.
    #[must_use]
    pub fn path_and_query(&self) -> String {
        format!("{}?{}", self.path, self.query)
    }

    /// The request, with a body of any type.
    ///
    /// # Panics
    ///
    /// If path and query are not a URI.
    pub fn body<B>(self, body: B) -> Request<B> {
        Request::post(self.path_and_query())
            .body(body)
            .expect("a path and query")
    }
}

/// Does not show the query, which holds the signature.
impl fmt::Debug for WebhookRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookRequest")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
