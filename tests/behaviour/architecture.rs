//! Imports run in the order that ARCHITECTURE.md gives, and never in a circle.

use std::path::Path;

use crate::support::imports::{Package, order};

#[test]
fn imports_run_one_way_from_owners_and_in_no_circle() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let package = Package::read(&src);
    package.assert_one_way(&order(include_str!("../../ARCHITECTURE.md"), "order"));
    package.assert_from_owners();
    package.assert_no_circle();
}
