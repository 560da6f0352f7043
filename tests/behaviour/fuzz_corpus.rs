//! The inputs of the fuzz targets, replayed without a fuzzer, and every fixture through `decode`.

use std::{
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
};

#[path = "../../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "it is the library of another package, too")]
pub(crate) mod harness;

/// The files of a folder of this repository; there is at least one.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    assert!(folder.is_dir(), "no folder {}", folder.display());
    let files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files
}

fn replay(target: &str, check: fn(&[u8])) {
    for path in files(&format!("fuzz/corpus/{target}")) {
        let input = fs::read(&path).expect("a readable input");
        replay_one(&path, &input, check);
    }
}

/// Names the file of an input that fails.
fn replay_one(path: &Path, input: &[u8], check: fn(&[u8])) {
    let passed = catch_unwind(|| check(input)).is_ok();
    assert!(passed, "{}", path.display());
}

#[test]
fn query() {
    replay("query", harness::query::check);
}

#[test]
fn admission() {
    replay("admission", harness::admission::check);
}

#[test]
fn decode() {
    replay("decode", harness::decode::check);
}

#[test]
fn element() {
    replay("element", harness::element::check);
}

#[test]
fn service() {
    replay("service", harness::service::check);
}

#[test]
fn event() {
    replay("event", harness::event::check);
}

#[test]
fn fixtures() {
    for path in files("tests/fixtures") {
        let name = path.file_name().expect("a name").to_string_lossy();
        let command: Vec<&str> = name.split('.').take(2).collect();
        let body = fs::read_to_string(&path).expect("a readable fixture");
        let input = format!("{}\n{body}", command.join("."));
        replay_one(&path, input.as_bytes(), harness::decode::check);
    }
}
