//! Usage errors: exit code 2, the usage of the subcommand, and no value that may be a token.

use crate::support::{AFTER, finish, run, tool};

#[tokio::test]
async fn what_is_asked_wrongly_is_refused_and_not_quoted() {
    let url = "http://127.0.0.1:1/";
    let to = ["--to", url, "--app", "7:hush"];
    let send = |rest: &[&'static str]| [&["trigger", AFTER][..], &to, rest].concat();
    for arguments in [
        vec!["listen"],
        vec!["listen", "--app", "hush"],
        vec!["listen", "--app", ":hush"],
        vec!["listen", "--app", "+7:hush"],
        vec!["listen", "--app", "7:"],
        vec!["listen", "--app", "7: hush"],
        vec!["listen", "--app", "7", "--app", "7:hush"],
        vec!["listen", "7:hush"],
        vec!["listen", "--apps=7:hush"],
        vec!["listen", "--demo=hush"],
        vec!["listen", "--demo", "--keep", "hush"],
        vec!["listen", "--demo", "--event-key", "hush"],
        vec!["listen", "--demo", "--event-key", "7:"],
        vec!["listen", "--demo", "--forward-to", "hush"],
        vec!["listen", "--demo", "--forward-to", "ftp://x/hush"],
        vec!["listen", "--demo", "--record", "/no/such/hush-file"],
        vec!["listen", "--demo", "--no-page", "--page", "127.0.0.1:0"],
        vec!["listen", "--demo", "--listen", "7:hush"],
        vec!["listen", "--demo", "--listen", "hush"],
        vec![
            "listen",
            "--demo",
            "--listen",
            "127.0.0.1:0",
            "--page",
            "7:hush",
        ],
        vec!["trigger"],
        vec!["trigger", AFTER],
        vec!["trigger", AFTER, "--to", url],
        vec!["trigger", AFTER, "--app", "7:hush"],
        vec![
            "trigger", AFTER, "--to", url, "--app", "7:a", "--app", "8:hush",
        ],
        vec!["trigger", "New.One", "--to", url, "--app", "7:hush"],
        vec!["trigger", "A B&c=hush", "--to", url, "--app", "7:hush"],
        vec!["trigger", AFTER, "--to", "127.0.0.1:1", "--app", "7:hush"],
        vec!["trigger", AFTER, "--to", "/im", "--app", "7:hush"],
        vec!["trigger", AFTER, "--to", "no hush URL", "--app", "7:hush"],
        send(&["--set", "hush"]),
        send(&["--set", "=hush"]),
        send(&["--body", "/no/such/file"]),
        send(&["--shape", "nothing"]),
        send(&["--shape", "minimal", "--body", "x"]),
        send(&["--fault", "hush"]),
        send(&["--ca", "/no/such/file"]),
        send(&["7:hush"]),
        vec!["trigger", "--list", "--app", "7:hush"],
        vec!["trigger", "--list=hush"],
        vec!["replay", "--to", url, "--app", "7:hush"],
        vec!["verify"],
        vec!["verify", "https://im.example/hush"],
        vec!["check", "--app", "7:hush"],
        vec!["check", "--to", url],
        vec![
            "check",
            "--to",
            url,
            "--app",
            "7:hush",
            "--command",
            "New.One",
        ],
        vec!["commands", "--json=hush"],
        vec!["commands", "hush"],
    ] {
        let ran = run(&arguments).await;
        assert_eq!(ran.code, Some(2), "{arguments:?} {ran:?}");
        let usage = format!("Usage: tencent-webhook {}", arguments[0]);
        assert!(ran.stderr.contains(&usage), "{arguments:?} {ran:?}");
        let quoted = ran.stderr.replace("hush-file", "");
        assert!(
            ran.stdout.is_empty() && !quoted.contains("hush"),
            "{arguments:?} {ran:?}"
        );
    }
    for arguments in [&[][..], &["7:hush"], &["--app=7:hush"], &["lisen"]] {
        let ran = run(arguments).await;
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(
            ran.stderr.contains("Usage: tencent-webhook") && !ran.stderr.contains("hush"),
            "{ran:?}"
        );
    }
}

#[tokio::test]
async fn a_wrong_environment_is_a_usage_error_too() {
    for (name, value) in [
        ("TENCENT_WEBHOOK_APPS", "hush"),
        ("TENCENT_WEBHOOK_APPS", "7:hush 8"),
        ("TENCENT_WEBHOOK_APPS", " \n"),
        ("TENCENT_WEBHOOK_APPS_FILE", "/no/such/file"),
        ("TENCENT_WEBHOOK_EVENT_KEYS", "hush"),
    ] {
        let mut command = tool(&["listen"]);
        command.env(name, value);
        let ran = finish(command).await;
        assert_eq!(ran.code, Some(2), "{name} {ran:?}");
        assert!(!ran.stderr.contains("hush"), "{ran:?}");
    }
    let mut command = tool(&["listen"]);
    command
        .env("TENCENT_WEBHOOK_APPS", "7:hush")
        .env("TENCENT_WEBHOOK_APPS_FILE", "x");
    let ran = finish(command).await;
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("both set"), "{ran:?}");
}

#[tokio::test]
async fn an_app_without_a_token_is_warned_of() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let file = file.path().to_str().expect("UTF-8");
    let to = ["--to", "http://127.0.0.1:1/", "--app", "7"];
    for command in [&["trigger", AFTER][..], &["replay", file], &["check"]] {
        let ran = run(&[command, &to].concat()).await;
        let warns = ran.stderr.contains("warning: app 7 has no token");
        assert!(warns, "{command:?} {ran:?}");
    }
}
