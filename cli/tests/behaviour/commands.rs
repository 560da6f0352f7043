//! `commands`: the table.

use serde_json::Value;
use tower_tencent_webhook::{Phase, event::COMMANDS};

use crate::support::run;

#[tokio::test]
async fn every_command_has_a_line_with_its_phase() {
    let listed = run(&["commands"]).await;
    assert_eq!(listed.code, Some(0));
    assert_eq!(run(&["trigger", "--list"]).await.stdout, listed.stdout);
    for (line, row) in listed.stdout.lines().zip(COMMANDS) {
        let phase = match row.phase() {
            Phase::Before => "before",
            _ => "after",
        };
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(words[..2], [row.command, phase]);
    }
}

#[tokio::test]
async fn the_same_table_is_there_as_json() {
    let listed = run(&["commands"]).await;
    let json = run(&["commands", "--json"]).await;
    let rows: Vec<Value> = serde_json::from_str(&json.stdout).expect("a list");
    assert_eq!(rows.len(), listed.stdout.lines().count());
    for (row, line) in rows.iter().zip(listed.stdout.lines()) {
        assert!(line.starts_with(row["command"].as_str().expect("a name")));
        assert!(
            row["page"]
                .as_str()
                .expect("a page")
                .starts_with("https://")
        );
    }
}
