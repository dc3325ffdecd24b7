//! Short forms of reports, to compare with.

use secure_config::{LoadError, Problem, Report};

/// The keys and codes of the problems of a refused load, in their order.
pub fn problems<T>(loaded: &Result<T, LoadError>) -> Vec<(&str, &str)> {
    match loaded {
        Ok(_) => Vec::new(),
        Err(error) => codes(error.problems()),
    }
}

/// The keys and codes of the warnings of a load.
#[must_use]
pub fn warnings(report: &Report) -> Vec<(&str, &str)> {
    codes(report.warnings())
}

fn codes<'a>(all: impl Iterator<Item = &'a Problem>) -> Vec<(&'a str, &'a str)> {
    all.map(|one| (one.key(), one.kind().code())).collect()
}
