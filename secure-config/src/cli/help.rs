//! Usage and help: names, never values.

use std::fmt::Write;

use super::args::COMMANDS;
use super::variables::Variable;

/// The line that is shown with a mistake.
pub(super) fn usage(program: &str, extra: &[(&str, &str)]) -> String {
    let names: Vec<&str> = COMMANDS
        .iter()
        .map(|(name, ..)| *name)
        .chain(extra.iter().map(|(name, _)| *name))
        .collect();
    format!("usage: {program} <{}>\n", names.join(" | "))
}

/// The whole help.
pub(super) fn text(program: &str, extra: &[(&str, &str)], all: &[Variable]) -> String {
    let mut out = format!("usage: {program} <command>\n\ncommands:\n");
    for (name, arguments, about) in COMMANDS {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {:31} {about}", format!("{name} {arguments}"));
    }
    for (name, about) in extra {
        let _ = writeln!(out, "  {name:31} {about}");
    }
    out.push_str("\nvariables:\n");
    for variable in all {
        let _ = writeln!(out, "  {}", variable.name());
    }
    out
}
