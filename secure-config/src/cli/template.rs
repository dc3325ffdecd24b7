//! The text of `.env.example`: every variable with its documentation and rules; secrets are blank.

use std::fmt::Write;
use std::path::Path;

use super::env_file::{Draft, Existing, shown};
use super::exit::{self, Failure, Streams};
use super::variables::Variable;
use super::words;
use crate::schema::Schema;

/// The whole template.
pub(super) fn text(schema: &Schema, all: &[Variable]) -> String {
    let mut out = String::with_capacity(4096);
    comment(schema.doc(), &mut out);
    if !schema.doc().is_empty() {
        out.push_str("#\n");
    }
    comment(
        "Copy it to .env and fill the blanks; `config generate --write-env` makes up what a machine can. \
         A line behind `#` shows a default or an optional variable: take the `#` away to set it.",
        &mut out,
    );
    for variable in all {
        block(variable, &mut out);
    }
    out
}

/// The lines of one variable.
fn block(variable: &Variable, out: &mut String) {
    out.push('\n');
    if let Some(heading) = variable.heading {
        let paragraph: Vec<&str> = heading
            .lines()
            .map(str::trim)
            .take_while(|line| !line.is_empty())
            .collect();
        let paragraph = paragraph.join(" ");
        let sentence = paragraph
            .split_once(". ")
            .map_or(&*paragraph, |(sentence, _)| sentence);
        let title = plain(sentence.trim_end_matches('.'));
        out.push_str("# ----");
        if !title.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(out, " {title} ----");
        }
        out.push_str("\n\n");
    }
    comment(variable.field.doc(), out);
    let mut facts = vec![words::type_of(variable), words::need(variable)];
    facts.extend(words::rules(variable));
    comment(&format!("({})", facts.join("; ")), out);
    let lead = if variable.is_required() { "" } else { "# " };
    let _ = writeln!(out, "{lead}{}={}", variable.name(), value(variable));
}

/// The default as the file spells it; nothing for a secret, which has none.
fn value(variable: &Variable) -> String {
    let Some(text) = variable.default_text().filter(|_| !variable.is_secret()) else {
        return String::new();
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+/=.,:;@%*[]()".contains(&byte);
    if text.bytes().all(is_plain) {
        return text.into_owned();
    }
    if !text.contains(['\'', '\n', '\r']) {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\\' | '"' => quoted.extend(['\\', character]),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// Writes `text` as comment lines; nothing of it can become a line of its own.
fn comment(text: &str, out: &mut String) {
    for line in words::wrapped(text) {
        out.push_str(if line.is_empty() { "#" } else { "# " });
        out.push_str(&line);
        out.push('\n');
    }
}

/// One line without what a terminal or the reader of the file could take for more than text.
fn plain(line: &str) -> String {
    crate::origin::Escaped(line.trim()).to_string()
}

/// Writes the template to `path`, where nothing may stand yet.
pub(super) fn write(
    path: &Path,
    schema: &Schema,
    all: &[Variable],
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let draft = Draft::open(path, None)?;
    if Existing::read(path)?.is_some() {
        let message = format!(
            "{} is there already; --update adds what is new to it",
            shown(path)
        );
        return Err(Failure::new(exit::CANNOT_WRITE, message));
    }
    draft.create(text(schema, all).as_bytes())?;
    streams.say(&format!("{} is written\n", shown(path)));
    Ok(())
}

/// Adds to the template at `path` what it does not mention yet; everything that stands there stays as it is.
pub(super) fn update(path: &Path, all: &[Variable], streams: &mut Streams<'_>) -> Result<(), Failure> {
    let draft = Draft::open(path, None)?;
    let Some(existing) = Existing::read(path)? else {
        let message = format!("{} is not there; --write makes it", shown(path));
        return Err(Failure::new(exit::NO_INPUT, message));
    };
    let new: Vec<&Variable> = all
        .iter()
        .filter(|one| !mentions(existing.bytes(), one.name()))
        .collect();
    if new.is_empty() {
        streams.say(&format!("{} has every variable\n", shown(path)));
        return Ok(());
    }
    let mut added = String::new();
    new.iter().for_each(|variable| block(variable, &mut added));
    let end = if existing.bytes().ends_with(b"\n") {
        ""
    } else {
        "\n"
    };
    let whole = [existing.bytes(), end.as_bytes(), added.as_bytes()].concat();
    draft.replace(&existing, &whole)?;
    let names: Vec<&str> = new.iter().map(|variable| variable.name()).collect();
    streams.say(&format!("added to {}: {}\n", shown(path), names.join(", ")));
    Ok(())
}

/// Whether a line sets `name`, or the file of its value, or shows how to, behind `#`.
fn mentions(text: &[u8], name: &str) -> bool {
    text.split(|&byte| byte == b'\n').any(|line| {
        let line = line.trim_ascii_start();
        let marks = line.iter().take_while(|&&byte| byte == b'#').count();
        let line = line[marks..].trim_ascii_start();
        let line = line.strip_prefix(b"export ").unwrap_or(line).trim_ascii_start();
        let Some(rest) = line.strip_prefix(name.as_bytes()) else {
            return false;
        };
        let rest = rest.strip_prefix(b"_FILE").unwrap_or(rest);
        rest.trim_ascii_start().starts_with(b"=")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_nothing_but_comment() {
        let mut out = String::new();
        comment("one\n\nA=1\rB=2\u{2028}C=3", &mut out);
        assert_eq!(out, "# one\n#\n# A=1\\rB=2\\u{2028}C=3\n");
        assert!(out.lines().all(|line| line.starts_with('#')));
    }

    #[test]
    fn what_is_mentioned_is_not_added() {
        let text =
            b"\xef\xbb\xbfX=1\nA=1\n# B=\n#C =x\n  export D=\n### E = 1\nF_FILE=/f\n# G is a word\nHH=1\n";
        for name in ["A", "B", "C", "D", "E", "F"] {
            assert!(mentions(text, name), "{name}");
        }
        for name in ["G", "H", "AA"] {
            assert!(!mentions(text, name), "{name}");
        }
    }
}
