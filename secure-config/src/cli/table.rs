//! Every variable as a Markdown table.

use std::fmt::Write;

use super::variables::Variable;
use super::words;
use crate::schema::Schema;

/// The struct's documentation, and a row for each variable (GitHub Flavored Markdown).
pub(super) fn text(schema: &Schema, all: &[Variable]) -> String {
    let mut out = String::with_capacity(4096);
    if !schema.doc().is_empty() {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}\n", schema.doc());
    }
    out.push_str("| variable | type | set | rules | what it is |\n|---|---|---|---|---|\n");
    for variable in all {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            names(variable),
            cell(&words::type_of(variable)),
            cell(&need(variable)),
            cell(&words::rules(variable).join("; ")),
            cell(variable.field.doc()),
        );
    }
    out
}

fn names(variable: &Variable) -> String {
    match variable.names.split_first() {
        Some((name, [])) => format!("`{name}`"),
        Some((name, old)) => format!("`{name}` (before: `{}`)", old.join("`, `")),
        None => String::new(),
    }
}

/// Whether it must be set; a default stands as code, since its stars and underscores mean themselves.
fn need(variable: &Variable) -> String {
    let need = words::need(variable);
    match need.split_once(": ") {
        Some((word, default)) if !default.contains('`') => format!("{word}: `{default}`"),
        _ => need,
    }
}

/// Text inside a cell: a bar would begin the next one, a line end would end the row, and `<` could begin a tag.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    let mut in_code = false;
    for (index, line) in text.lines().map(str::trim).enumerate() {
        if index > 0 {
            cell.push_str(if line.is_empty() { "<br>" } else { " " });
        }
        for character in line.chars() {
            match character {
                '|' if in_code => cell.push_str("\\|"),
                '|' => cell.push_str("&#124;"),
                '`' => {
                    in_code = !in_code;
                    cell.push('`');
                }
                '<' if !in_code => cell.push_str("&lt;"),
                _ if crate::origin::is_harmless(character) => cell.push(character),
                _ => cell.push(' '),
            }
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_stays_one_cell() {
        assert_eq!(
            cell("a | b\nc\n\nd <x> `<y>|`\u{1b}"),
            "a &#124; b c<br> d &lt;x> `<y>\\|` "
        );
    }
}
