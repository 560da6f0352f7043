//! Imports run in the order that ARCHITECTURE.md gives.

use std::path::Path;

use crate::support::imports::{assert_one_way, order};

#[test]
fn imports_run_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let order = order(include_str!("../../ARCHITECTURE.md"), "order");
    assert_one_way(&src, &order, "lib");
}
