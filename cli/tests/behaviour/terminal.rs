//! What `listen` prints if stdout is a terminal, and what `verify` asks one for.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, Write},
    process::Stdio,
};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;
use tokio::io::AsyncReadExt;

use crate::{
    server::now,
    support::{AFTER, Listen, MESSAGE, soon, tool},
    verify::url,
};

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

#[tokio::test]
async fn a_token_that_is_typed_is_not_shown() {
    let (mut screen, program) = terminal();
    let mut command = tool(&["verify", &url(now(), "hush")]);
    // The other handle keeps the terminal open after the end of the tool.
    command.stdin(Stdio::from(program.try_clone().expect("a handle")));
    let mut child = command.spawn().expect("it runs");
    let mut asked = [0; "token: ".len()];
    let stderr = child.stderr.as_mut().expect("piped");
    soon("the question", stderr.read_exact(&mut asked))
        .await
        .expect("it asks");
    assert_eq!(&asked, b"token: ");
    screen.get_mut().write_all(b"hush\n").expect("typed");
    let output = soon("the end", child.wait_with_output()).await;
    assert_eq!(output.expect("it ends").status.code(), Some(0));

    // From then on the terminal shows what is typed, as before.
    screen.get_mut().write_all(b"shown\n").expect("typed");
    let line = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        screen.read_line(&mut line).expect("a line");
        line
    });
    let line = soon("a line", line).await.expect("it is read");
    assert_eq!(line.trim_end(), "shown");
    drop(program);
}
