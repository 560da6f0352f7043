//! The page of commands, and the links to the vendor's pages, agree with the table.

use std::{collections::BTreeMap, fs, path::Path};

use tower_tencent_webhook::{
    Phase,
    event::{COMMANDS, Command},
    trtc::EVENTS,
};

const PAGE: &str = include_str!("../../docs/commands.md");
const README: &str = include_str!("../../README.md");
const README_ZH: &str = include_str!("../../README.zh-CN.md");

/// The row of a command in the page.
fn page_row(row: &Command) -> String {
    let phase = match row.phase() {
        Phase::Before => "before",
        _ => "after",
    };
    format!(
        "| [`{}`]({}) | `{}` | {phase} | `{}` | {} | {} |",
        row.command, row.page, row.event, row.reply, row.summary, row.name_zh
    )
}

#[test]
fn the_page_lists_every_command() {
    let table: Vec<String> = COMMANDS.iter().map(page_row).collect();
    let table = table.join("\n");
    assert!(
        PAGE.contains(&table),
        "put this table into docs/commands.md:\n{table}"
    );
}

/// The row of an event of TRTC in the page.
fn event_row(row: &Command) -> String {
    let Command {
        command,
        page,
        event,
        summary,
        name_zh,
        ..
    } = row;
    format!("| [`{command}`]({page}) | `{event}` | {summary} | {name_zh} |")
}

#[test]
fn the_page_lists_every_event_of_trtc() {
    let table: Vec<String> = EVENTS.iter().map(event_row).collect();
    let table = table.join("\n");
    assert!(
        PAGE.contains(&table),
        "put this table into docs/commands.md:\n{table}"
    );
}

/// The families of commands: how many of each phase, and the first of them.
fn families(name: fn(&Command) -> &str) -> String {
    let mut families: BTreeMap<&str, (usize, usize, &str)> = BTreeMap::new();
    for row in COMMANDS {
        let (family, _) = row.command.split_once('.').expect("a family");
        let counts = families.entry(family).or_insert((0, 0, name(row)));
        match row.phase() {
            Phase::Before => counts.0 += 1,
            _ => counts.1 += 1,
        }
    }
    let rows = families.iter().map(|(family, (before, after, first))| {
        format!("| `{family}` | {before} | {after} | {first} |")
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_readmes_count_the_commands_of_each_family() {
    let english = families(|row| row.summary);
    let chinese = families(|row| row.name_zh);
    for (readme, table) in [(README, english), (README_ZH, chinese)] {
        assert!(
            readme.contains(&table),
            "put this table into the README:\n{table}"
        );
    }
}

/// The source of a family of events, below a folder of the source.
fn source(folder: &str, family: &str) -> String {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let folder = match fs::read_dir(events.join(family)) {
        Err(_) => {
            return fs::read_to_string(events.join(family).with_extension("rs")).expect("a file");
        }
        Ok(folder) => folder,
    };
    folder
        .map(|file| fs::read_to_string(file.expect("an entry").path()).expect("a file"))
        .collect()
}

#[test]
fn a_struct_links_to_the_page_of_its_row() {
    let urls = COMMANDS.iter().map(|row| ("src/event", row));
    let events = EVENTS.iter().map(|row| ("src/trtc", row));
    for (folder, row) in urls.chain(events) {
        let (family, event) = row.event.split_once("::").expect("a family");
        let source = source(folder, family);
        let docs = source
            .split_once(&format!("pub struct {event} "))
            // The docs of a struct begin after the blank line before it.
            .and_then(|(before, _)| before.rsplit("\n\n").next());
        let docs = docs.unwrap_or_else(|| panic!("there is no struct {}", row.event));
        assert!(
            docs.contains(row.page),
            "{} does not link to {}:\n{docs}",
            row.event,
            row.page
        );
    }
}
