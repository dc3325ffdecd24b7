//! A variable in words: its type, its rules, its default. What the template, the table and the explanation share.

use super::variables::Variable;
use crate::check;
use crate::schema::{Bound, Default, Kind, Purpose, Rule, SecretKind};

/// What a value is: `secret`, `whole number`, `list of paths, separated by :`.
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

/// Whether it must be set: `required`, `optional`, or what it is otherwise.
pub(super) fn need(variable: &Variable) -> String {
    match variable.field.default() {
        Some(_) if variable.field.is_sensitive() => "default: not shown".to_owned(),
        Some(Default::Text("")) => "default: empty".to_owned(),
        Some(Default::Text(text)) => format!("default: {text}"),
        Some(Default::Code(code)) => format!("default: {code}"),
        None if !variable.field.is_required() => "optional".to_owned(),
        None if variable.optional_from.is_some() => "required if its group is used".to_owned(),
        None => "required".to_owned(),
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
            Rule::Delimiter(_) => continue,
            Rule::DiffersFrom(others) => {
                let names = others.iter().filter_map(|other| variable.sibling(other));
                format!("differs from {}", names.collect::<Vec<_>>().join(", "))
            }
            Rule::Encoding(encoding) => format!("in {}", encoding.as_str()),
            Rule::GenerateInDev => "made up in development when missing".to_owned(),
            Rule::InProduction(allowed) => format!("{allowed} in production"),
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
            Rule::Range(low, high) => match range(low, high) {
                Some(words) => words,
                None => continue,
            },
            Rule::Reject(_) => "known defaults are refused".to_owned(),
            Rule::Sensitive if variable.is_secret() => continue,
            Rule::Sensitive => "never shown".to_owned(),
            Rule::Validate(function) => format!("checked by {function}"),
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

fn range(low: Option<Bound>, high: Option<Bound>) -> Option<String> {
    match (low, high) {
        (Some(low), Some(high)) => Some(format!("from {} to {}", low.text, high.text)),
        (Some(low), None) => Some(format!("{} or more", low.text)),
        (None, Some(high)) => Some(format!("{} or less", high.text)),
        (None, None) => None,
    }
}

/// How to come by a value, for what nobody can make up here.
pub(super) fn remedy(variable: &Variable) -> String {
    check::remedy(variable.field).into_owned()
}
