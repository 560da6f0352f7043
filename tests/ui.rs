//! What the compiler says about the common mistakes. The chapter on troubleshooting explains them.

#[test]
#[rustversion::attr(not(stable(1.95)), ignore = "the messages are those of Rust 1.95")]
fn common_mistakes_are_named() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
