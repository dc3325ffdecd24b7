//! The checklist as one line of JSON.

use std::fmt::Write;

use crate::audit::item::{Cadence, Item, Outcome};
use crate::audit::review::Checklist;
use crate::json::string;

/// The checklist as an object on one line.
pub(in crate::audit) fn line(checklist: &Checklist) -> String {
    let mut out = String::with_capacity(8 * 1024);
    out.push_str("{\"event\":\"audit\",\"profile\":");
    string(checklist.profile().as_str(), &mut out);
    // Writing to a String cannot fail.
    let _ = write!(out, ",\"refused\":{},\"summary\":{{", checklist.is_refused());
    for (n, outcome) in [Outcome::Fail, Outcome::Warn, Outcome::Manual, Outcome::Pass]
        .into_iter()
        .enumerate()
    {
        let comma = if n > 0 { "," } else { "" };
        let _ = write!(out, "{comma}\"{outcome}\":{}", checklist.having(outcome).count());
    }
    out.push_str("},\"items\":[");
    for (n, one) in checklist.items().iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        item(one, &mut out);
    }
    out.push_str("]}");
    out
}

fn item(item: &Item, out: &mut String) {
    let fields = [
        ("{\"id\":", Some(item.id())),
        (",\"title\":", Some(item.title())),
        (",\"section\":", Some(item.section().as_str())),
        (",\"cadence\":", item.cadence().map(Cadence::as_str)),
        (",\"outcome\":", Some(item.outcome().as_str())),
        (",\"reason\":", Some(item.reason())),
        (",\"remedy\":", item.remedy()),
    ];
    for (name, value) in fields {
        out.push_str(name);
        match value {
            Some(value) => string(value, out),
            None => out.push_str("null"),
        }
    }
    out.push('}');
}
