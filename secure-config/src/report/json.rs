//! The report for programs: one line of JSON.

use std::fmt::Write;

use super::Report;
use crate::problem::Problem;

/// The report as an object on one line.
pub(super) fn line(report: &Report) -> String {
    let mut out = String::with_capacity(256);
    out.push_str(if report.problems.is_empty() {
        "{\"event\":\"configuration_loaded\",\"profile\":"
    } else {
        "{\"event\":\"configuration_refused\",\"profile\":"
    });
    string(report.chosen.profile.as_str(), &mut out);
    out.push_str(",\"profile_from\":");
    optional(report.profile_variable(), &mut out);
    out.push_str(",\"problems\":");
    array(&report.problems, &mut out);
    out.push_str(",\"warnings\":");
    array(&report.warnings, &mut out);
    out.push('}');
    out
}

fn array(problems: &[Problem], out: &mut String) {
    out.push('[');
    for (index, problem) in problems.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str("{\"key\":");
        string(&problem.key, out);
        out.push_str(",\"code\":");
        string(problem.kind.code(), out);
        out.push_str(",\"message\":");
        string(&problem.message, out);
        out.push_str(",\"origin\":");
        optional(problem.origin.as_ref().map(ToString::to_string).as_deref(), out);
        out.push_str(",\"remedy\":");
        optional(problem.remedy.as_deref(), out);
        out.push('}');
    }
    out.push(']');
}

fn optional(text: Option<&str>, out: &mut String) {
    match text {
        Some(text) => string(text, out),
        None => out.push_str("null"),
    }
}

/// Writes a JSON string (RFC 8259 §7); DEL, C1, line separators and bidi controls are escaped too, since terminals and log viewers obey them.
pub(crate) fn string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            _ if crate::origin::is_harmless(character) => out.push(character),
            _ => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    #[test]
    fn strings_are_escaped() {
        let mut out = String::new();
        super::string("a\"\\\n\u{7f}\u{2028}\u{e0001}é", &mut out);
        assert_eq!(out, r#""a\"\\\n\u007f\u2028\udb40\udc01é""#);
    }
}
