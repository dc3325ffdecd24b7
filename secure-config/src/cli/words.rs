//! A variable in words: its type, its rules, its default. What the template, the table and the explanation share.

use super::variables::Variable;
use crate::origin::Escaped;
use crate::schema::{Bound, Kind, Purpose, Rule, SecretKind, Shape};
use crate::{check, code};

/// Returns the type of a value in words: `secret`, `whole number`, `list of paths, separated by :`.
pub(super) fn type_of(variable: &Variable) -> String {
    let shape = variable.field.shape();
    let one = match shape.kind {
        Kind::Secret(SecretKind::Text) => "secret",
        Kind::Secret(SecretKind::Bytes) => "secret bytes",
        Kind::Secret(SecretKind::Url) => "secret URL",
        Kind::Text => "text",
        Kind::Integer { .. } => "whole number",
        Kind::Float => "number",
        Kind::Bool => "true or false",
        Kind::Char => "one character",
        Kind::Duration => "duration, such as 250ms or 1h30m",
        Kind::Address => "address",
        Kind::Path => "path",
        Kind::Other | Kind::Nested(_) => "value",
    };
    if shape.list {
        return format!("list, separated by {}: {one}", quoted(variable.field.delimiter()));
    }
    one.to_owned()
}

fn quoted(delimiter: char) -> String {
    match delimiter {
        ' ' => "a space".to_owned(),
        other => other.escape_default().to_string(),
    }
}

/// Returns whether a variable must be set: `required`, `optional`, or its default.
pub(super) fn need(variable: &Variable) -> String {
    match variable.field.default() {
        Some(_) if variable.field.is_sensitive() => "default: not shown".to_owned(),
        Some(default) => match variable.default_value(default) {
            Some(text) if text.is_empty() => "default: empty".to_owned(),
            Some(text) => format!("default: {text}"),
            None => "default: chosen by the program".to_owned(),
        },
        None if !variable.field.is_required() => "optional".to_owned(),
        None if variable.optional_from.is_some() => "required if its group is used".to_owned(),
        None => "required".to_owned(),
    }
}

/// The width at which comments are wrapped.
pub(super) const WIDTH: usize = 100;

/// Returns the lines of a doc comment, wrapped at [`WIDTH`]; indented lines and rows of tables stay as they are.
pub(super) fn wrapped(doc: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    // The indentation of the next line, if the last one continues.
    let mut open = None;
    for line in doc.lines() {
        let text = Escaped(line.trim()).to_string();
        let item = item_mark(&text);
        if text.is_empty() || line.starts_with("    ") && open.is_none() || text.starts_with('|') {
            let indent = if text.is_empty() {
                ""
            } else {
                &line[..line.len() - line.trim_start().len()]
            };
            lines.push(format!("{indent}{text}"));
            open = None;
            continue;
        }
        if item > 0 || open.is_none() {
            lines.push(String::new());
            open = Some(item);
        }
        let indent = open.unwrap_or_default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let last = lines.last_mut().expect("one was opened");
            if last.trim().is_empty() {
                last.push_str(word);
            } else if last.chars().count() + 1 + word.chars().count() > WIDTH {
                lines.push(format!("{:indent$}{word}", ""));
            } else {
                last.push(' ');
                last.push_str(word);
            }
        }
    }
    lines
}

/// Returns the width of the mark of a list's item: `- `, `12. `.
fn item_mark(text: &str) -> usize {
    if ["- ", "* ", "+ "].iter().any(|mark| text.starts_with(mark)) {
        return 2;
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && text[digits..].starts_with(". ") {
        digits + 2
    } else {
        0
    }
}

/// The rules, each in a few words.
pub(super) fn rules(variable: &Variable) -> Vec<String> {
    let field = variable.field;
    let mut rules = Vec::new();
    let (mut purpose, mut sized) = (None, false);
    for rule in field.rules() {
        let words = match *rule {
            Rule::Purpose(stated) => {
                purpose = Some(stated);
                continue;
            }
            Rule::AtMost(other) => match variable.sibling(other) {
                Some(name) => format!("at most {name}"),
                None => continue,
            },
            // The name of a function means nothing to an operator.
            Rule::Delimiter(_) | Rule::Validate(_) => continue,
            Rule::DiffersFrom(others) => {
                let names = others.iter().filter_map(|other| variable.sibling(other));
                format!("differs from {}", names.collect::<Vec<_>>().join(", "))
            }
            Rule::Encoding(encoding) => format!("in {}", encoding.as_str()),
            Rule::GenerateInDev => "made up in development when missing".to_owned(),
            Rule::InProduction(allowed) => {
                format!("{} in production", code::value_or_name(allowed, field.shape()))
            }
            Rule::Len(exact) => {
                sized = true;
                format!("exactly {exact} bytes")
            }
            Rule::MaxLen(most) => format!("at most {most} bytes"),
            Rule::MinBits(bits) => format!("at least {bits} bits to guess"),
            Rule::MinLen(least) => {
                sized = true;
                format!("at least {least} bytes")
            }
            Rule::NeedsRestart => "a change needs a restart".to_owned(),
            Rule::OneOf(allowed) => format!("one of {}", allowed.join(", ")),
            Rule::Range(low, high) => match range(low, high, field.shape()) {
                Some(words) => words,
                None => continue,
            },
            Rule::Reject(_) => "known defaults are refused".to_owned(),
            Rule::Sensitive if variable.is_secret() => continue,
            Rule::Sensitive => "never shown".to_owned(),
        };
        rules.push(words);
    }
    if matches!(
        field.shape().kind,
        Kind::Secret(SecretKind::Text | SecretKind::Bytes)
    ) {
        let (words, least) = match purpose.unwrap_or(Purpose::Key) {
            Purpose::Key => ("a random key", 32),
            Purpose::Passphrase => ("a passphrase of random words", 16),
            Purpose::Password => ("a random password", 16),
            Purpose::Token => ("a token", 16),
        };
        if !sized {
            rules.insert(0, format!("at least {least} bytes"));
        }
        rules.insert(0, words.to_owned());
    }
    if let Some(words) = type_range(variable) {
        rules.insert(0, words);
    }
    rules
}

/// The ends of a whole number's type, where the field states none and they are worth a word.
fn type_range(variable: &Variable) -> Option<String> {
    let is_stated = variable
        .field
        .rules()
        .iter()
        .any(|rule| matches!(rule, Rule::Range(..)));
    match variable.field.shape().kind {
        Kind::Integer { least, most } if !is_stated && most <= i128::from(u16::MAX) => {
            Some(format!("from {least} to {most}"))
        }
        Kind::Integer { least, .. } if !is_stated && least >= 0 => Some(format!("{least} or more")),
        _ => None,
    }
}

fn range(low: Option<Bound>, high: Option<Bound>, shape: Shape) -> Option<String> {
    let end = |bound: Option<Bound>| {
        bound.map(|bound| match shape.kind {
            Kind::Float => bound.fraction(),
            _ => bound.whole(),
        })
    };
    match (end(low), end(high)) {
        (Some(low), Some(high)) => Some(format!("from {low} to {high}")),
        (Some(low), None) => Some(format!("{low} or more")),
        (None, Some(high)) => Some(format!("{high} or less")),
        (None, None) => None,
    }
}

/// Returns the way to get a value that cannot be generated here.
pub(super) fn remedy(variable: &Variable) -> String {
    check::remedy(variable.field).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, wrapped};

    #[test]
    fn a_doc_is_wrapped_once() {
        let long = "word ".repeat(30);
        let doc = format!("{long}\ngoes on\nhere.\n\n- one item\n  of two lines\n- {long}\n\n    A=1   2\n");
        let lines = wrapped(&doc);
        assert!(
            lines.iter().all(|line| line.chars().count() <= WIDTH),
            "{lines:?}"
        );
        assert_eq!(lines[1].matches("word").count(), 10);
        assert!(lines[1].ends_with("word goes on here."));
        assert_eq!(lines[2..4], ["", "- one item of two lines"]);
        assert!(
            lines[4].starts_with("- word") && lines[5].starts_with("  word"),
            "{lines:?}"
        );
        assert_eq!(lines.last().map(String::as_str), Some("    A=1   2"));
        assert!(wrapped("").is_empty());
    }
}
