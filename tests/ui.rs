//! What the compiler says about the common mistakes. The chapter on troubleshooting explains them. Those
//! that only show at start-up are in `behaviour`.

use std::{fs, path::Path, process::Command};

#[test]
#[rustversion::attr(not(stable(1.95)), ignore = "the messages are those of Rust 1.95")]
fn common_mistakes_are_named() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.pass("tests/ui/right/*.rs");
}

/// An application without the feature that it needs, as a package of its own.
#[test]
fn a_missing_feature_is_named() {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("missing-feature");
    fs::create_dir_all(package.join("src")).expect("a folder");
    let manifest = format!(
        "[package]\nname = \"missing-feature\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\ntower-tencent-webhook = {{ path = {:?} }}\n",
        env!("CARGO_MANIFEST_DIR")
    );
    fs::write(package.join("Cargo.toml"), manifest).expect("a manifest");
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    fs::copy(lock, package.join("Cargo.lock")).expect("the versions of this workspace");
    let code = "use tower_tencent_webhook::{serve::Server, testing::Tencent};\nfn main() {}\n";
    fs::write(package.join("src/main.rs"), code).expect("a program");
    let check = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--target-dir"])
        .arg(package.join("target"))
        .current_dir(&package)
        .output()
        .expect("cargo");
    let said = String::from_utf8_lossy(&check.stderr);
    for feature in ["serve", "test-util"] {
        let named = format!("the item is gated behind the `{feature}` feature");
        assert!(said.contains(&named), "{said}");
    }
}
