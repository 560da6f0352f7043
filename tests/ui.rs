//! What the compiler says about the commonest mistake: a handler with the reply of another command.

#[test]
#[rustversion::attr(not(stable(1.95)), ignore = "the messages are those of Rust 1.95")]
fn a_wrong_reply_names_the_reply_given_and_the_one_wanted() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
