//! Examples as processes, run as a user runs them.

use std::{path::PathBuf, process::Stdio};

use tokio::process::{Child, Command};

/// A command that runs an example, without apps in its environment.
pub(crate) fn example(name: &str) -> Command {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("target/<profile>/deps/<test>");
    let path: PathBuf = profile
        .join("examples")
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "run `cargo build --examples` first");
    let mut command = Command::new(path);
    command
        .env_remove("TENCENT_WEBHOOK_APPS")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

pub(crate) async fn kill(child: &Child, signal: &str) {
    let id = child.id().expect("running").to_string();
    let sent = Command::new("kill").args([signal, &id]).status().await;
    assert!(sent.expect("runs").success());
}
