//! What `listen` prints if stdout is a terminal.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader},
    process::Stdio,
};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;

use crate::support::{AFTER, Listen, MESSAGE, soon, tool};

/// A terminal: what reads its screen, and what a program writes to.
fn terminal() -> (BufReader<File>, File) {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&screen).expect("a terminal");
    unlockpt(&screen).expect("a terminal");
    let name = ptsname(&screen, Vec::new()).expect("its name");
    let program = OpenOptions::new()
        .read(true)
        .write(true)
        .open(name.to_str().expect("UTF-8"))
        .expect("its other side");
    (BufReader::new(File::from(screen)), program)
}

/// The first line that a webhook leaves on the terminal.
async fn first_line(arguments: &[&str]) -> String {
    let (mut screen, program) = terminal();
    let mut command = tool(&["listen", "--app", "7"]);
    command.args(arguments).stdout(Stdio::from(program));
    let listen = Listen::spawn(command).await;
    listen.deliver(7, AFTER, MESSAGE).await;
    let line = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        screen.read_line(&mut line).expect("a line");
        line
    });
    let line = soon("a line", line).await.expect("it is read");
    assert_eq!(listen.stop().await.0, Some(0));
    line
}

#[tokio::test]
async fn lines_are_for_people_unless_json_is_asked_for() {
    let line = first_line(&[]).await;
    assert!(
        line.contains("Z  Group.CallbackAfterSendMsg")
            && line.contains("  7  mei → g  answered 200  "),
        "{line}"
    );
    for json in ["--json", "--json-all"] {
        let line = first_line(&[json]).await;
        let line: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(line["command"], AFTER);
    }
}
