//! The READMEs say the same in both languages, and what they show exists.

use std::path::Path;

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
    assert!(ENGLISH.contains("](README.zh-CN.md)"));
    assert!(CHINESE.contains("](README.md)"));
}

#[test]
fn what_the_readme_links_to_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for link in links(ENGLISH).iter().filter(|link| !link.contains("://")) {
        assert!(root.join(link).exists(), "{link}");
    }
}

#[test]
fn the_readme_is_read_in_a_minute() {
    assert!(ENGLISH.lines().count() <= 150, "it is longer than that");
}

#[test]
fn the_walks_through_the_console_have_the_same_headings_and_code() {
    let english = include_str!("../../docs/console.md");
    let chinese = include_str!("../../docs/console.zh-CN.md");
    assert_eq!(code(english), code(chinese));
    assert_eq!(headings(english), headings(chinese));
}
