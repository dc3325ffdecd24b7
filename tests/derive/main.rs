//! What the derive accepts, and what it says of mistakes: one file of `ui/` for each.

mod lints;

/// The words around ours are the compiler's, and each version has its own.
#[rustversion::attr(not(stable(1.95)), ignore = "the expected output is that of Rust 1.95")]
#[test]
fn mistakes_are_told_at_their_place() {
    trybuild::TestCases::new().compile_fail("ui/fail/*/*.rs");
}

#[test]
fn sound_structs_compile_and_load() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
