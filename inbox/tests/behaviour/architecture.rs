//! Imports run in the order that ARCHITECTURE.md gives for the inbox, and never in a circle.

use std::path::Path;

use crate::imports::{Package, order};

#[test]
fn imports_run_one_way_from_owners_and_in_no_circle() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let package = Package::read(&src);
    let page = include_str!("../../../ARCHITECTURE.md");
    package.assert_one_way(&order(page, "order of the inbox"));
    package.assert_from_owners();
    package.assert_no_circle();
}
