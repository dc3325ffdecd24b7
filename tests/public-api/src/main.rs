//! Prints the public API that a file of rustdoc's JSON describes, an item a line, sorted.

use std::error::Error;
use std::io::{self, Write};

use public_api::Builder;

/// Auto traits that nobody relies on: two are not stable, and who unwinds across our types is on their own. `Send`, `Sync` and `Unpin` stay:
/// to lose one breaks callers.
const LEFT_OUT: [&str; 4] = [
    "core::marker::Freeze for ",
    "core::marker::UnsafeUnpin for ",
    "core::panic::unwind_safe::RefUnwindSafe for ",
    "core::panic::unwind_safe::UnwindSafe for ",
];

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os()
        .nth(1)
        .ok_or("usage: public-api-listing FILE.json")?;
    let api = Builder::from_rustdoc_json(path)
        .omit_blanket_impls(true)
        .build()?;
    let mut out = io::stdout().lock();
    for item in api.items() {
        let line = item.to_string();
        if !LEFT_OUT.iter().any(|name| line.contains(name)) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
