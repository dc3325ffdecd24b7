//! The checklist for code scanning: SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format).
//!
//! An item is a rule (§3.49) and its outcome a result (§3.27), whose `kind` says `pass`, `fail` or, for a person, `review`; a `level` other
//! than `none` goes with `fail` alone (§3.27.10). Code scanning wants a place in the source for each: the one file that says most of it.

use std::fmt::Write;

use crate::audit::item::{Item, Outcome};
use crate::audit::review::Checklist;
use crate::json::string;

/// The log, one run of one tool.
pub(in crate::audit) fn log(checklist: &Checklist) -> String {
    let mut out = String::with_capacity(24 * 1024);
    out.push_str(concat!(
        "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{",
        "\"name\":\"secure-runtime audit\",\"semanticVersion\":\"",
        env!("CARGO_PKG_VERSION"),
        "\",\"informationUri\":\"https://docs.rs/secure-runtime\",\"rules\":["
    ));
    for (n, item) in checklist.items().iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        rule(item, &mut out);
    }
    out.push_str("]}},\"automationDetails\":{\"id\":\"secure-runtime-audit/");
    out.push_str(checklist.profile().as_str());
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "/\"}},\"invocations\":[{{\"executionSuccessful\":true,\"exitCode\":{}}}],\"columnKind\":\"unicodeCodePoints\",\"results\":[",
        checklist.exit_code()
    );
    for (n, item) in checklist.items().iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        result(n, item, &mut out);
    }
    out.push_str("]}]}\n");
    out
}

fn rule(item: &Item, out: &mut String) {
    out.push_str("{\"id\":");
    string(item.id(), out);
    out.push_str(",\"shortDescription\":{\"text\":");
    string(item.title(), out);
    out.push_str("},\"properties\":{\"tags\":[\"security\",");
    string(item.section().as_str(), out);
    if let Some(cadence) = item.cadence() {
        out.push(',');
        string(cadence.as_str(), out);
    }
    out.push_str("]}}");
}

fn result(index: usize, item: &Item, out: &mut String) {
    let (kind, level) = match item.outcome() {
        Outcome::Fail => ("fail", "error"),
        Outcome::Warn => ("fail", "warning"),
        Outcome::Manual => ("review", "none"),
        Outcome::Pass => ("pass", "none"),
    };
    out.push_str("{\"ruleId\":");
    string(item.id(), out);
    let _ = write!(
        out,
        ",\"ruleIndex\":{index},\"kind\":\"{kind}\",\"level\":\"{level}\",\"message\":{{\"text\":"
    );
    let text = match item.remedy().filter(|remedy| !remedy.is_empty()) {
        Some(remedy) => format!("{}: {}. Remedy: {remedy}", item.title(), item.reason()),
        None => format!("{}: {}", item.title(), item.reason()),
    };
    string(&text, out);
    out.push_str("},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":");
    string(place(item.id()), out);
    out.push_str("},\"region\":{\"startLine\":1}}}],\"partialFingerprints\":{\"item/v1\":");
    string(item.id(), out);
    out.push_str("}}");
}

/// The file that says most of an item.
fn place(id: &str) -> &'static str {
    match id {
        "env-file" | "env-ignored" => ".gitignore",
        "dependencies-audited" => "deny.toml",
        _ => "Cargo.toml",
    }
}
