//! The files of the page, read as they are.

use std::{collections::BTreeSet, fs, path::Path};

use crate::{
    http::{request, send},
    tool::Tool,
};

/// The files: names and contents.
fn assets() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let files = fs::read_dir(folder).expect("the folder");
    files
        .map(|file| {
            let file = file.expect("a file");
            let name = file.file_name().into_string().expect("a name");
            (name, fs::read_to_string(file.path()).expect("text"))
        })
        .collect()
}

fn asset(name: &str) -> String {
    let found = assets().into_iter().find(|(file, _)| file == name);
    found.expect(name).1
}

/// The keys of a table of words.
fn keys(name: &str) -> BTreeSet<String> {
    let table = asset(name);
    let keys = table
        .lines()
        .filter_map(|line| line.strip_prefix("  '")?.split_once("': "));
    keys.map(|(key, _)| key.to_owned()).collect()
}

pub(crate) fn both_languages_have_the_same_words() {
    let english = keys("words.en.js");
    assert!(english.len() > 100, "the table was read");
    assert_eq!(english, keys("words.zh.js"));
    // A value that appears in one language appears in the other.
    let placeholders = |name: &str| asset(name).matches('{').count();
    assert_eq!(placeholders("words.en.js"), placeholders("words.zh.js"));
}

pub(crate) fn every_word_that_is_used_exists() {
    let known = keys("words.en.js");
    for (name, script) in assets() {
        for used in script.split("word('").skip(1) {
            let (word, _) = used.split_once('\'').expect("a closing quote");
            assert!(known.contains(word), "{name} uses {word}");
        }
    }
}

/// A key is used as it is, or by the prefix of a template such as `end.${end}`.
pub(crate) fn every_word_is_used() {
    let scripts: String = assets()
        .into_iter()
        .filter(|(name, _)| !name.starts_with("words.") || name == "words.js")
        .map(|(_, script)| script)
        .collect();
    for key in keys("words.en.js") {
        let mut parts = key.rmatch_indices('.').map(|(dot, _)| &key[..=dot]);
        let used = scripts.contains(&format!("'{key}'"))
            || parts.any(|prefix| scripts.contains(&format!("`{prefix}${{")));
        assert!(used, "{key} is not used");
    }
}

pub(crate) fn every_cause_has_words() {
    use tower_tencent_webhook::{
        outcome::{FailureKind as Failure, Rejection},
        signature::SignatureError,
    };

    let known = keys("words.en.js");
    let rejections = [
        Rejection::MalformedQuery,
        Rejection::MalformedHeader,
        Rejection::QueryTooLong,
        Rejection::UnknownApp,
        Rejection::Signature(SignatureError::NoSecret),
        Rejection::Signature(SignatureError::Missing),
        Rejection::Signature(SignatureError::Malformed),
        Rejection::Signature(SignatureError::Wrong),
        Rejection::Signature(SignatureError::Stale),
        Rejection::EncodedBody,
        Rejection::BodyTooLarge,
        Rejection::BodyUnreadable,
        Rejection::BodyTimedOut,
    ];
    let failures = [
        Failure::Undecodable,
        Failure::BodyLate,
        Failure::BodyBroken,
        Failure::BodyTooLarge,
        Failure::BodyEncoded,
        Failure::BodyLost,
        Failure::Stale,
        Failure::NotReady,
        Failure::Handler,
        Failure::Panic,
        Failure::WrongReply,
        Failure::Overloaded,
        Failure::TimedOut,
    ];
    let causes = rejections.map(Rejection::as_str).into_iter();
    for cause in causes.chain(failures.map(Failure::as_str)) {
        assert!(known.contains(&format!("cause.{cause}")), "{cause}");
    }
}

pub(crate) fn no_script_parses_markup() {
    const PARSERS: &[&str] = &[
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "DOMParser",
        "setHTML",
        "createContextualFragment",
        "srcdoc",
        "eval(",
        "new Function",
        "javascript:",
        ".style",
        "style:",
        "cssText",
    ];
    for (name, content) in assets().iter().filter(|(name, _)| name.ends_with(".js")) {
        for parser in PARSERS {
            assert!(!content.contains(parser), "{name} has {parser}");
        }
    }
    for (name, content) in assets().iter().filter(|(name, _)| name.ends_with(".html")) {
        for inline in [
            "<style", " style=", " onclick", " onload", " onerror", "<script>",
        ] {
            assert!(!content.contains(inline), "{name} has {inline}");
        }
        assert!(
            !content.contains("=\"http"),
            "{name} loads something from elsewhere"
        );
    }
}

pub(crate) fn together_they_are_small() {
    let size: usize = assets().iter().map(|(_, content)| content.len()).sum();
    assert!(size <= 100 * 1024, "{size} bytes");
}

pub(crate) fn every_file_is_served() {
    let tool = Tool::start(&[]);
    for (name, content) in assets().iter().filter(|(name, _)| !name.ends_with(".html")) {
        let (status, body) = send(
            tool.page_address(),
            &request("GET", &format!("/{name}"), "", ""),
        );
        assert_eq!(
            (status, body.trim_end()),
            (200, content.trim_end()),
            "{name}"
        );
    }
}
