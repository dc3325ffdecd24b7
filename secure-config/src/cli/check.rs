//! The deploy gate: the same load as the service's, and what it found.

use super::exit::{self, Failure, Streams};
use crate::report::Report;

/// Says what a load found; exit code 78 when it was refused.
pub(super) fn run(report: &Report, json: bool, streams: &mut Streams<'_>) -> Result<u8, Failure> {
    if json {
        streams.print(report.to_json() + "\n")?;
    } else {
        streams.say(&report.to_string());
        if report.problems.is_empty() {
            streams.print(format!("configuration is sound ({})\n", report.chosen))?;
        }
    }
    Ok(if report.problems.is_empty() {
        0
    } else {
        exit::CONFIG
    })
}
