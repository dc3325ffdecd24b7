//! The report for people.

use std::fmt::{self, Write};

use super::Report;
use crate::problem::Problem;

/// With colours or without.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Coloured,
}

const BOLD_RED: &str = "\x1b[1;31m";
const BOLD: &str = "\x1b[1m";
const YELLOW: &str = "\x1b[33m";
const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// Columns stop growing here: one long name must not push every message off the screen.
const WIDEST_KEY: usize = 36;
const WIDEST_MESSAGE: usize = 48;

/// Writes the problems, then the warnings; nothing at all when there is neither.
pub(super) fn write(report: &Report, style: Style, out: &mut dyn Write) -> fmt::Result {
    let paint = Paint(style);
    if !report.problems.is_empty() {
        let count = count(report.problems.len(), "problem");
        let title = format!("configuration refused: {count} ({})", report.chosen);
        writeln!(out, "{}\n", paint.with(BOLD_RED, &title))?;
        table(&report.problems, BOLD, paint, out)?;
    }
    if !report.warnings.is_empty() {
        if !report.problems.is_empty() {
            out.write_char('\n')?;
        }
        let title = format!("{} ({})", count(report.warnings.len(), "warning"), report.chosen);
        writeln!(out, "{}\n", paint.with(YELLOW, &title))?;
        table(&report.warnings, YELLOW, paint, out)?;
    }
    Ok(())
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn table(rows: &[Problem], key_colour: &'static str, paint: Paint, out: &mut dyn Write) -> fmt::Result {
    let widest = |limit: usize, width: &dyn Fn(&Problem) -> usize| {
        rows.iter()
            .map(width)
            .filter(|&width| width <= limit)
            .max()
            .unwrap_or(0)
    };
    let key_width = widest(WIDEST_KEY, &|row| row.key.chars().count());
    let message_width = widest(WIDEST_MESSAGE, &|row| row.message.chars().count());
    for row in rows {
        let pad = key_width.saturating_sub(row.key.chars().count());
        write!(
            out,
            "  {}{:pad$}  {}",
            paint.with(key_colour, &row.key),
            "",
            row.message
        )?;
        if let Some(origin) = &row.origin {
            let pad = message_width.saturating_sub(row.message.chars().count());
            write!(out, "{:pad$}  {}", "", paint.with(DIM, origin))?;
        }
        out.write_char('\n')?;
        if let Some(remedy) = &row.remedy {
            writeln!(out, "  {:key_width$}  {remedy}", "")?;
        }
    }
    Ok(())
}

/// Puts text between colour codes, or leaves it alone.
#[derive(Clone, Copy)]
struct Paint(Style);

impl Paint {
    fn with<T: fmt::Display>(self, colour: &'static str, text: T) -> Painted<T> {
        Painted {
            colour: (self.0 == Style::Coloured).then_some(colour),
            text,
        }
    }
}

struct Painted<T> {
    colour: Option<&'static str>,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.colour {
            Some(colour) => write!(f, "{colour}{}{RESET}", self.text),
            None => self.text.fmt(f),
        }
    }
}
