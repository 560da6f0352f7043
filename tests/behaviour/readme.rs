//! The READMEs say the same in both languages, and what they show exists.

use std::{
    io,
    path::Path,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http_body_util::Full;
use tower::ServiceExt;
use tower_tencent_webhook::{App, Handlers, WebhookLayer, testing::WebhookRequest};

const ENGLISH: &str = include_str!("../../README.md");
const CHINESE: &str = include_str!("../../README.zh-CN.md");

/// The fenced blocks, with their fences.
fn code(page: &str) -> Vec<String> {
    page.split("```")
        .enumerate()
        .filter(|(index, _)| index % 2 == 1)
        .map(|(_, block)| block.to_owned())
        .collect()
}

/// The level of each heading, code aside.
fn headings(page: &str) -> Vec<usize> {
    let prose: String = page.split("```").step_by(2).collect();
    prose
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.chars()
                .take_while(|character| *character == '#')
                .count()
        })
        .collect()
}

/// The code spans in the rows of the tables: what of a table is not prose.
fn tables(page: &str) -> Vec<Vec<&str>> {
    page.lines()
        .filter(|line| line.starts_with('|'))
        .map(|row| row.split('`').skip(1).step_by(2).collect())
        .collect()
}

/// The targets of the links, to other pages of the same language aside.
fn links(page: &str) -> Vec<String> {
    let targets = page.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    let mut links: Vec<String> = targets
        .filter(|target| !target.starts_with("README"))
        .map(|target| target.replace(".zh-CN", ""))
        .collect();
    links.sort();
    links
}

#[test]
fn both_languages_have_the_same_code_headings_tables_and_links() {
    assert_eq!(code(ENGLISH), code(CHINESE));
    assert_eq!(headings(ENGLISH), headings(CHINESE));
    assert_eq!(tables(ENGLISH), tables(CHINESE));
    assert_eq!(links(ENGLISH), links(CHINESE));
    assert!(ENGLISH.starts_with("[简体中文](README.zh-CN.md)\n"));
    assert!(CHINESE.starts_with("[English](README.md)\n"));
}

#[test]
fn what_the_pages_link_to_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = [
        ("", ENGLISH),
        ("", CHINESE),
        ("", include_str!("../../ARCHITECTURE.md")),
        ("", include_str!("../../CONTRIBUTING.md")),
        ("examples", include_str!("../../examples/README.md")),
        ("docs", include_str!("../../docs/console.md")),
    ];
    for (folder, page) in pages {
        for link in links(page).iter().filter(|link| !link.contains("://")) {
            let file = link.split('#').next().unwrap_or(link);
            assert!(root.join(folder).join(file).exists(), "{folder}: {link}");
        }
    }
}

/// The line of a rejection is the one that is logged.
#[tokio::test]
async fn the_log_line_of_the_pages_is_the_real_one() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let writer = Arc::clone(&log);
    let subscriber = tracing_subscriber::fmt()
        .without_time()
        .with_ansi(false)
        .with_writer(move || Lines(Arc::clone(&writer)))
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = App::signed(1_400_000_000, "token").expect("a token");
    let service = WebhookLayer::new(app, Handlers::new()).into_service();
    let request = WebhookRequest::new(1_400_000_000, "Group.CallbackBeforeSendMsg");
    let request = request.signed("guess").body(Full::<Bytes>::default());
    let Ok(_rejected) = service.oneshot(request).await;
    let log = String::from_utf8(log.lock().expect("no panic").clone()).expect("UTF-8");
    let (line, _) = log.trim().split_once(" duration_ms=").expect("a duration");
    assert!(
        ENGLISH.contains(line),
        "put this line into the README:\n{line}"
    );
    let other = line.replace("Before", "After").replace("before", "after");
    assert!(include_str!("../../docs/observability.md").contains(&other));
}

struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_readme_is_read_in_a_minute() {
    assert!(ENGLISH.lines().count() < 150, "it is longer than that");
}

#[test]
fn the_walks_through_the_console_have_the_same_headings_and_code() {
    let english = include_str!("../../docs/console.md");
    let chinese = include_str!("../../docs/console.zh-CN.md");
    assert_eq!(code(english), code(chinese));
    assert_eq!(headings(english), headings(chinese));
}
