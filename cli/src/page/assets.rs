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
    "about.js" "text/javascript; charset=utf-8",
    "actions.js" "text/javascript; charset=utf-8",
    "api.js" "text/javascript; charset=utf-8",
    "catalog.js" "text/javascript; charset=utf-8",
    "copy-dialog.js" "text/javascript; charset=utf-8",
    "copy.js" "text/javascript; charset=utf-8",
    "detail.js" "text/javascript; charset=utf-8",
    "dialog.js" "text/javascript; charset=utf-8",
    "dom.js" "text/javascript; charset=utf-8",
    "feed.js" "text/javascript; charset=utf-8",
    "help.js" "text/javascript; charset=utf-8",
    "json.js" "text/javascript; charset=utf-8",
    "keys.js" "text/javascript; charset=utf-8",
    "list.js" "text/javascript; charset=utf-8",
    "locked.js" "text/javascript; charset=utf-8",
    "main.js" "text/javascript; charset=utf-8",
    "meaning.js" "text/javascript; charset=utf-8",
    "notices.js" "text/javascript; charset=utf-8",
    "rules.js" "text/javascript; charset=utf-8",
    "store.js" "text/javascript; charset=utf-8",
    "timebar.js" "text/javascript; charset=utf-8",
    "token.js" "text/javascript; charset=utf-8",
    "toolbar.js" "text/javascript; charset=utf-8",
    "words.en.js" "text/javascript; charset=utf-8",
    "words.js" "text/javascript; charset=utf-8",
    "words.zh.js" "text/javascript; charset=utf-8",
    "style.css" "text/css; charset=utf-8",
}

impl Asset {
    /// The header and the body of its response.
    pub(crate) fn response(&self) -> ([(header::HeaderName, HeaderValue); 1], &'static str) {
        let content_type = HeaderValue::from_static(self.content_type);
        ([(header::CONTENT_TYPE, content_type)], self.content)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets"));
        let files: BTreeSet<_> = folder
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().into_string())
            .map(|name| format!("/{}", name.expect("UTF-8")))
            .filter(|name| !name.ends_with(".html"))
            .collect();
        let served: BTreeSet<_> = ASSETS.iter().map(|asset| asset.path.to_owned()).collect();
        assert_eq!(served, files);
    }

    #[test]
    fn the_files_are_small() {
        let pages = [&INDEX, &LOCKED];
        let bytes: usize = pages
            .into_iter()
            .chain(ASSETS)
            .map(|asset| asset.content.len())
            .sum();
        assert!(bytes <= 100 * 1024, "{bytes} bytes");
    }
}
