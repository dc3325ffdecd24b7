//! Usage and help: names, never values.

use std::fmt::Write;

use super::Extra;
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

/// The usage line of a whole service: `config`, and what stands beside it.
pub(super) fn beside(program: &str, extra: &[Extra]) -> String {
    let names: String = extra.iter().map(|one| format!(" | {}", one.name)).collect();
    format!("usage: {program} [config <command>{names}]\n")
}

/// The help of a whole service.
pub(super) fn all(usage: &str, program: &str, extra: &[Extra]) -> String {
    let mut out = usage.to_owned();
    if !extra.is_empty() {
        let _ = writeln!(
            out,
            "\n  {:31} {program} config --help says more",
            "config <command>"
        );
    }
    for one in extra {
        let _ = writeln!(out, "  {:31} {}", one.name, one.about);
    }
    out
}
