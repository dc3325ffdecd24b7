//! Refuses a variable or tag that nobody filled in.

use crate::gate::Reason;

/// What opens and closes the templates of shells, Helm, Ansible, Python, batch files and people.
const FORMS: &[(&str, &str)] = &[
    ("${", "}"),
    ("{{", "}}"),
    ("<", ">"),
    ("[", "]"),
    ("%(", ")s"),
    ("%", "%"),
    ("__", "__"),
    ("$(", ")"),
];

pub(in crate::gate) fn check(value: &[u8]) -> Option<Reason> {
    let is_template = |(open, close): &(&str, &str)| {
        value
            .strip_prefix(open.as_bytes())
            .and_then(|rest| rest.strip_suffix(close.as_bytes()))
            .is_some_and(is_name)
    };
    FORMS.iter().any(is_template).then_some(Reason::Template)
}

/// Words of letters and digits, separated: what people write between the brackets.
fn is_name(text: &[u8]) -> bool {
    text.iter().filter(|byte| byte.is_ascii_alphabetic()).count() >= 2
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b" _-.:/".contains(byte))
}
