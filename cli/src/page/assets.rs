//! The static files of the page: one list.

use http::{HeaderValue, header};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// A file, by the path under which it is served.
pub(crate) struct Asset {
    pub(crate) path: &'static str,
    content_type: &'static str,
    content: &'static str,
}

/// The page itself, which needs the token.
pub(crate) const INDEX: Asset = Asset {
    path: "/",
    content_type: HTML,
    content: include_str!("../../assets/index.html"),
};

/// What is shown without the token.
pub(crate) const LOCKED: Asset = Asset {
    path: "/",
    content_type: HTML,
    content: include_str!("../../assets/locked.html"),
};

macro_rules! assets {
    ($($name:literal $content_type:ident,)+) => {
        /// The files that need no token: they hold nothing but code.
        pub(crate) const ASSETS: &[Asset] = &[$(Asset {
            path: concat!("/", $name),
            content_type: $content_type,
            content: include_str!(concat!("../../assets/", $name)),
        },)+];
    };
}

assets! {
    "about.js" JAVASCRIPT,
    "actions.js" JAVASCRIPT,
    "api.js" JAVASCRIPT,
    "catalog.js" JAVASCRIPT,
    "copy-dialog.js" JAVASCRIPT,
    "copy.js" JAVASCRIPT,
    "detail.js" JAVASCRIPT,
    "dialog.js" JAVASCRIPT,
    "dom.js" JAVASCRIPT,
    "feed.js" JAVASCRIPT,
    "help.js" JAVASCRIPT,
    "json.js" JAVASCRIPT,
    "keys.js" JAVASCRIPT,
    "list.js" JAVASCRIPT,
    "locked.js" JAVASCRIPT,
    "main.js" JAVASCRIPT,
    "meaning.js" JAVASCRIPT,
    "notices.js" JAVASCRIPT,
    "rules.js" JAVASCRIPT,
    "store.js" JAVASCRIPT,
    "style.css" CSS,
    "timebar.js" JAVASCRIPT,
    "token.js" JAVASCRIPT,
    "toolbar.js" JAVASCRIPT,
    "words.en.js" JAVASCRIPT,
    "words.js" JAVASCRIPT,
    "words.zh.js" JAVASCRIPT,
}

impl Asset {
    /// The header and the body of its response.
    pub(crate) fn response(&self) -> ([(header::HeaderName, HeaderValue); 1], &'static str) {
        let content_type = HeaderValue::from_static(self.content_type);
        ([(header::CONTENT_TYPE, content_type)], self.content)
    }
}
