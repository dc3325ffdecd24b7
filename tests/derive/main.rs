//! What the derive accepts, and the errors it reports: one file of `ui/` for each mistake.

mod lints;
mod reported;

/// The compiler's words around our messages change with each version: with the one that wrote the files everything is compared, with
/// any other what is ours.
#[test]
fn mistakes_are_reported_at_their_place() {
    if rustversion::cfg!(stable(1.95)) {
        trybuild::TestCases::new().compile_fail("ui/fail/*/*.rs");
    } else {
        reported::compare("mistakes_are_reported_at_their_place");
    }
}

#[test]
fn sound_structs_compile_and_load() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
