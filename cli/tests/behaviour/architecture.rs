//! Imports run in the order that ARCHITECTURE.md gives for the tool.

#[path = "../../../tests/support/imports.rs"]
mod import_order;

use std::path::Path;

use import_order::{assert_one_way, code, files, imports, order};

const ARCHITECTURE: &str = include_str!("../../../ARCHITECTURE.md");

#[test]
fn imports_run_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    assert_one_way(&src, &order(ARCHITECTURE, "order of the tool"), "main");
}

/// A folder's `mod.rs` is made of its files, so they cannot be made of it.
#[test]
fn a_file_of_a_folder_uses_its_neighbours_and_not_what_is_above() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in files(&src) {
        let folder = path.parent().expect("a folder");
        // Those of a `mod.rs` are beside its folder.
        let neighbours = match path.ends_with("mod.rs") {
            true => folder.parent().expect("a folder"),
            false => folder,
        };
        for import in imports(&code(&path), "super::") {
            let is_neighbour = neighbours.join(format!("{import}.rs")).is_file()
                || neighbours.join(&import).is_dir();
            assert!(is_neighbour, "{} imports super::{import}", path.display());
        }
    }
}
