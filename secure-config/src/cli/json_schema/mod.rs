//! Every variable as a JSON Schema (draft 2020-12) of an environment: an object from names to values.

mod digits;

use std::fmt::Write;

use super::variables::Variable;
use super::words;
use crate::report::json_string;
use crate::schema::{Bound, Kind, Purpose, Rule, Schema, SecretKind};
use crate::secret::Encoding;

/// The schema, indented.
///
/// A value is a string, as in an environment; numbers and truth values may be written as such, for documents in YAML or JSON. What a schema
/// cannot say, such as whether a secret is random, is left to a load.
pub(super) fn text(schema: &Schema, all: &[Variable]) -> String {
    let mut out = String::with_capacity(16 * 1024);
    out.push_str("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": ");
    json_string(schema.name(), &mut out);
    if !schema.doc().is_empty() {
        out.push_str(",\n  \"description\": ");
        json_string(schema.doc(), &mut out);
    }
    out.push_str(",\n  \"type\": \"object\",\n  \"properties\": {");
    let mut first = true;
    for variable in all {
        for name in &variable.names {
            out.push_str(if first { "\n    " } else { ",\n    " });
            first = false;
            json_string(name, &mut out);
            out.push_str(": ");
            property(variable, name != variable.name(), &mut out);
        }
    }
    out.push_str(
        "\n  },\n  \"patternProperties\": { \"_FILE$\": { \"type\": \"string\" } },\n  \"allOf\": [",
    );
    let required: Vec<String> = all.iter().filter(|one| one.is_required()).map(demand).collect();
    out.push_str(&required.join(","));
    out.push_str(if required.is_empty() {
        " true ]\n}\n"
    } else {
        "\n  ]\n}\n"
    });
    out
}

/// That one of the names is set, as it is or as the name of a file.
fn demand(variable: &Variable) -> String {
    let mut ways = Vec::new();
    for name in &variable.names {
        ways.push(format!("{{ \"required\": [\"{name}\"] }}"));
        ways.push(format!("{{ \"required\": [\"{name}_FILE\"] }}"));
    }
    // Both at once contradict each other; an old name beside the new one is a warning only.
    let kind = if ways.len() == 2 { "oneOf" } else { "anyOf" };
    format!("\n    {{ \"{kind}\": [{}] }}", ways.join(", "))
}

fn property(variable: &Variable, is_old: bool, out: &mut String) {
    out.push_str("{ \"description\": ");
    let mut facts = vec![words::type_of(variable), words::need(variable)];
    facts.extend(words::rules(variable));
    let doc = variable.field.doc();
    let gap = if doc.is_empty() { "" } else { "\n\n" };
    json_string(&format!("{doc}{gap}({})", facts.join("; ")), out);
    if is_old {
        out.push_str(", \"deprecated\": true");
    }
    if variable.is_secret() {
        out.push_str(", \"writeOnly\": true");
    }
    if let Some(default) = variable.default_text() {
        out.push_str(", \"default\": ");
        json_string(&default, out);
    }
    let mut ways = ways(variable);
    if !variable.is_required() {
        // Set to nothing is not set.
        ways.push("{ \"const\": \"\" }".to_owned());
    }
    match &ways[..] {
        // The one way is an object: what stands inside of it stands here.
        [only] => {
            let inside = only.trim_start_matches('{').trim_end_matches('}').trim();
            let _ = write!(out, ", {inside} }}");
        }
        several => {
            let _ = write!(out, ", \"anyOf\": [{}] }}", several.join(", "));
        }
    }
}

/// The forms that a value may have.
fn ways(variable: &Variable) -> Vec<String> {
    let shape = variable.field.shape();
    let string = |more: &str| format!("{{ \"type\": \"string\"{more} }}");
    if shape.list {
        return vec![string(if variable.is_required() {
            ", \"minLength\": 1"
        } else {
            ""
        })];
    }
    let pattern = |pattern: &str| {
        let mut more = String::from(", \"pattern\": ");
        json_string(pattern, &mut more);
        string(&more)
    };
    match shape.kind {
        Kind::Secret(kind) => vec![secret(variable, kind)],
        Kind::Integer { least, most } => {
            let (least, most) = ends(variable, least, most);
            vec![
                format!("{{ \"type\": \"integer\", \"minimum\": {least}, \"maximum\": {most} }}"),
                pattern(&digits::pattern(least, most)),
            ]
        }
        Kind::Float => vec![
            format!("{{ \"type\": \"number\"{} }}", float_ends(variable)),
            pattern("^\\s*[+-]?[0-9.]+([eE][+-]?[0-9]+)?\\s*$"),
        ],
        Kind::Bool => vec![
            "{ \"type\": \"boolean\" }".to_owned(),
            "{ \"enum\": [0, 1] }".to_owned(),
            pattern(
                "^\\s*([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|1|0|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff])\\s*$",
            ),
        ],
        Kind::Char => vec![string(", \"minLength\": 1, \"maxLength\": 1")],
        Kind::Duration => vec![
            "{ \"const\": 0 }".to_owned(),
            pattern("^\\s*(0|([0-9]+(\\.[0-9]+)?(d|h|m|s|ms|us|ns))+)\\s*$"),
        ],
        Kind::Other if allowed(variable).is_none() => vec![
            string(", \"minLength\": 1"),
            "{ \"type\": [\"number\", \"boolean\"] }".to_owned(),
        ],
        _ => vec![match allowed(variable) {
            Some(allowed) => {
                let mut texts = String::new();
                for text in allowed {
                    texts.push_str(if texts.is_empty() { "" } else { ", " });
                    json_string(text, &mut texts);
                }
                format!("{{ \"enum\": [{texts}] }}")
            }
            None => string(&lengths(variable, false)),
        }],
    }
}

fn allowed(variable: &Variable) -> Option<&'static [&'static str]> {
    variable.field.find(|rule| match rule {
        Rule::OneOf(allowed) => Some(*allowed),
        _ => None,
    })
}

/// The smaller of the type's and the field's ranges.
fn ends(variable: &Variable, least: i128, most: i128) -> (i128, i128) {
    let stated = variable.field.find(|rule| match rule {
        Rule::Range(low, high) => Some((*low, *high)),
        _ => None,
    });
    let (low, high) = stated.unwrap_or_default();
    (
        low.map_or(least, |low| low.int.max(least)),
        high.map_or(most, |high| high.int.min(most)),
    )
}

fn float_ends(variable: &Variable) -> String {
    let end = |name: &str, bound: Option<Bound>| {
        let bound = bound.filter(|bound| bound.float.is_finite());
        bound.map_or_else(String::new, |bound| format!(", \"{name}\": {:?}", bound.float))
    };
    variable
        .field
        .find(|rule| match rule {
            Rule::Range(low, high) => Some(end("minimum", *low) + &end("maximum", *high)),
            _ => None,
        })
        .unwrap_or_default()
}

fn secret(variable: &Variable, kind: SecretKind) -> String {
    let encoding = variable.field.find(|rule| match rule {
        Rule::Encoding(encoding) => Some(*encoding),
        _ => None,
    });
    let exact = variable.field.find(|rule| match rule {
        Rule::Len(exact) => Some(*exact),
        _ => None,
    });
    let more = match (kind, encoding) {
        (SecretKind::Url, _) => {
            ", \"pattern\": \"^[A-Za-z][A-Za-z0-9+.-]*:\"".to_owned() + &lengths(variable, false)
        }
        (SecretKind::Bytes, Some(encoding)) => {
            let count = |per: usize, of: usize| match exact {
                Some(bytes) => format!("{{{}}}", (bytes * per).div_ceil(of)),
                None => "+".to_owned(),
            };
            match encoding {
                Encoding::Hex => format!(", \"pattern\": \"^[0-9A-Fa-f]{}$\"", count(2, 1)),
                Encoding::Base64 => format!(", \"pattern\": \"^[A-Za-z0-9+/]{}={{0,2}}$\"", count(8, 6)),
                Encoding::Base64Url => format!(", \"pattern\": \"^[A-Za-z0-9_-]{}={{0,2}}$\"", count(8, 6)),
            }
        }
        _ => lengths(variable, true),
    };
    format!("{{ \"type\": \"string\"{more} }}")
}

/// The lengths: rules count bytes and schemas characters, of which one has four bytes at most, and one in keys and tokens.
fn lengths(variable: &Variable, is_secret: bool) -> String {
    let (mut least, mut most, mut purpose) = (None, None, Purpose::Key);
    for rule in variable.field.rules() {
        match *rule {
            Rule::MinLen(bytes) => least = Some(bytes),
            Rule::MaxLen(bytes) => most = Some(bytes),
            Rule::Len(bytes) => (least, most) = (Some(bytes), Some(bytes)),
            Rule::Purpose(stated) => purpose = stated,
            _ => {}
        }
    }
    let is_ascii = is_secret && matches!(purpose, Purpose::Key | Purpose::Token);
    let unsaid = match purpose {
        _ if !is_secret => 1,
        Purpose::Key => 32,
        _ => 16,
    };
    let least = least.unwrap_or(unsaid);
    let least = if is_ascii { least } else { least.div_ceil(4) };
    let mut more = format!(", \"minLength\": {}", least.max(1));
    if let Some(most) = most {
        let _ = write!(more, ", \"maxLength\": {most}");
    }
    more
}
