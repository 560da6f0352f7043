//! The static files of the page: one list.

use http::{HeaderValue, header};

/// A file, by the path under which it is served.
pub(crate) struct Asset {
    pub(crate) path: &'static str,
    content_type: &'static str,
    content: &'static str,
}

/// The page itself, which needs the token.
pub(crate) const INDEX: Asset = Asset {
    path: "/",
    content_type: "text/html; charset=utf-8",
    content: include_str!("../../assets/index.html"),
};

/// What is shown without the token.
pub(crate) const LOCKED: Asset = Asset {
    path: "/",
    content_type: "text/html; charset=utf-8",
    content: include_str!("../../assets/locked.html"),
};

macro_rules! assets {
    ($($name:literal $content_type:literal,)+) => {
        /// The files that need no token: they hold nothing but code.
        pub(crate) const ASSETS: &[Asset] = &[$(Asset {
            path: concat!("/", $name),
            content_type: $content_type,
            content: include_str!(concat!("../../assets/", $name)),
        },)+];
    };
}

assets! {
    "api.js" "text/javascript; charset=utf-8",
    "dom.js" "text/javascript; charset=utf-8",
    "locked.js" "text/javascript; charset=utf-8",
    "token.js" "text/javascript; charset=utf-8",
}

impl Asset {
    /// The header and the body of its response.
    pub(crate) fn response(&self) -> ([(header::HeaderName, HeaderValue); 1], &'static str) {
        let content_type = HeaderValue::from_static(self.content_type);
        ([(header::CONTENT_TYPE, content_type)], self.content)
    }
}
