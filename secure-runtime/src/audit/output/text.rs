//! The checklist for people, in the manner of a load's report.

use std::fmt::Write;

use crate::audit::item::{Item, Outcome, Section};
use crate::audit::review::Checklist;
use crate::html::is_harmless;

const BOLD_RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[33m";
const GREEN: &str = "\x1b[32m";
const CYAN: &str = "\x1b[36m";
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// The column of ids stops growing here: one long id must not push every reason off the screen.
const WIDEST_ID: usize = 24;

/// A summary, then a table for each section.
pub(in crate::audit) fn table(checklist: &Checklist, coloured: bool) -> String {
    let paint = |colour: &'static str, text: &str| {
        if coloured {
            format!("{colour}{text}{RESET}")
        } else {
            text.to_owned()
        }
    };
    let items = checklist.items();
    let widths = items.iter().map(|item| item.id().len());
    let width = widths.filter(|width| *width <= WIDEST_ID).max().unwrap_or(0);
    let colour = if checklist.is_clean() { BOLD } else { BOLD_RED };
    let mut out = paint(colour, &summary(checklist));
    out.push('\n');
    for section in [Section::BeforeDeployment, Section::Ongoing] {
        // Writing to a String cannot fail.
        let _ = write!(out, "\n{}\n", paint(BOLD, section.as_str()));
        for item in items.iter().filter(|item| item.section() == section) {
            let word = format!("{:6}", item.outcome());
            let word = paint(colour_of(item.outcome()), &word);
            let id = item.id();
            let _ = write!(out, "  {word}  {id:width$}  ");
            out.push_str(&harmless(&reason(item)));
            out.push('\n');
            if let Some(remedy) = item.remedy().filter(|remedy| !remedy.is_empty()) {
                let _ = writeln!(out, "          {:width$}  {}", "", paint(DIM, &harmless(remedy)));
            }
        }
    }
    out
}

fn summary(checklist: &Checklist) -> String {
    let count = |outcome| checklist.having(outcome).count();
    let refused = if checklist.is_refused() {
        "configuration refused, "
    } else {
        ""
    };
    format!(
        "deployment checklist: {refused}{} failed, {} to look at, {} to do by hand, {} passed (profile: {})",
        count(Outcome::Fail),
        count(Outcome::Warn),
        count(Outcome::Manual),
        count(Outcome::Pass),
        checklist.profile()
    )
}

fn reason(item: &Item) -> String {
    match item.cadence() {
        Some(cadence) => format!("{cadence}: {}", item.reason()),
        None => item.reason().to_owned(),
    }
}

const fn colour_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail => BOLD_RED,
        Outcome::Warn => YELLOW,
        Outcome::Manual => CYAN,
        Outcome::Pass => GREEN,
    }
}

/// The same text with everything escaped that a terminal obeys.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_harmless(character) {
            out.push(character);
        } else {
            out.extend(character.escape_default());
        }
    }
    out
}
