//! What the derive accepts, and what it says of mistakes: one file of `ui/` for each.

#[test]
fn mistakes_are_told_at_their_place() {
    trybuild::TestCases::new().compile_fail("ui/fail/*/*.rs");
}

#[test]
fn sound_structs_compile_and_load() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
