//! Problems, warnings and waivers of the load.

use secure_config::gate::Reason;
use secure_config::{Problem, ProblemKind, Report};

use super::Evidence;
use crate::audit::item::Verdict;

const CHECK: &str = "config check shows every problem and its remedy";
const NOT_TOLD: &str = "load with a report and give it to Audit::report";

/// The item that a problem of a load belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Concern {
    Accepted,
    Changed,
    Strong,
    Distinct,
    EnvFile,
    Cors,
}

fn concern(problem: &Problem) -> Concern {
    match problem.kind() {
        ProblemKind::SameAsAnother => Concern::Distinct,
        ProblemKind::Permissions => Concern::EnvFile,
        ProblemKind::Generated => Concern::Changed,
        ProblemKind::Waived => Concern::Strong,
        ProblemKind::Weak(
            Reason::KnownDefault { .. }
            | Reason::Placeholder
            | Reason::Template
            | Reason::InsecurePrefix { .. }
            | Reason::Empty,
        ) => Concern::Changed,
        ProblemKind::Missing | ProblemKind::Empty if problem.is_about_secret() => Concern::Changed,
        ProblemKind::Weak(_) | ProblemKind::TooShort | ProblemKind::TooLong => Concern::Strong,
        _ if problem.is_about_secret() => Concern::Strong,
        _ if problem.key().starts_with("CORS_") => Concern::Cors,
        _ => Concern::Accepted,
    }
}

/// The problems of an item, as one text; `None` where there are none.
fn of<'r>(problems: impl Iterator<Item = &'r Problem>, which: Concern) -> Option<String> {
    let texts: Vec<String> = problems
        .filter(|problem| concern(problem) == which)
        .map(|problem| match problem.origin() {
            Some(origin) => format!("{} {} ({origin})", problem.key(), problem.message()),
            None => format!("{} {}", problem.key(), problem.message()),
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

fn report<'e>(evidence: &'e Evidence<'_>) -> Result<&'e Report, Verdict> {
    let told = evidence.facts.report.as_ref();
    told.ok_or_else(|| Verdict::fail("the audit was given no report of a load", NOT_TOLD))
}

pub(in crate::audit) fn accepted(evidence: &Evidence<'_>) -> Verdict {
    let report = match report(evidence) {
        Ok(report) => report,
        Err(verdict) => return verdict,
    };
    match of(report.problems(), Concern::Accepted) {
        Some(problems) => Verdict::fail(problems, CHECK),
        None if evidence.facts.is_refused() => {
            Verdict::pass("every value is accepted, apart from those that other items name")
        }
        None => Verdict::pass("every value is accepted"),
    }
}

pub(in crate::audit) fn secrets_changed(evidence: &Evidence<'_>) -> Verdict {
    let report = match report(evidence) {
        Ok(report) => report,
        Err(verdict) => return verdict,
    };
    if let Some(problems) = of(report.problems(), Concern::Changed) {
        return Verdict::fail(problems, "make one for each: config generate --write-env");
    }
    match of(report.warnings(), Concern::Changed) {
        Some(generated) => Verdict::fail(generated, "set it: config generate --write-env"),
        None => Verdict::pass("no secret is missing, a default, a placeholder or a template"),
    }
}

pub(in crate::audit) fn secrets_strong(evidence: &Evidence<'_>) -> Verdict {
    let report = match report(evidence) {
        Ok(report) => report,
        Err(verdict) => return verdict,
    };
    if let Some(problems) = of(report.problems(), Concern::Strong) {
        return Verdict::fail(problems, "generate a random one: openssl rand -base64 32");
    }
    match of(report.warnings(), Concern::Strong) {
        Some(waived) => Verdict::warn(waived, "rotate it before the waiver ends"),
        None => Verdict::pass("every secret that is set passes the rules of its kind"),
    }
}

pub(in crate::audit) fn secrets_distinct(evidence: &Evidence<'_>) -> Verdict {
    let report = match report(evidence) {
        Ok(report) => report,
        Err(verdict) => return verdict,
    };
    match of(report.problems(), Concern::Distinct) {
        Some(problems) => Verdict::fail(problems, "make another: openssl rand -base64 32"),
        None => Verdict::pass("no secret equals another that it must differ from"),
    }
}

pub(in crate::audit) fn secrets_erased(evidence: &Evidence<'_>) -> Verdict {
    let report = match report(evidence) {
        Ok(report) => report,
        Err(verdict) => return verdict,
    };
    let mut notes = report
        .warnings()
        .filter(|warning| warning.kind() == ProblemKind::Memory);
    if report.has_erased_env() {
        return match notes.next() {
            Some(note) => {
                let remedy = note
                    .remedy()
                    .unwrap_or("raise the limit of locked memory: LimitMEMLOCK=, ulimit -l");
                Verdict::warn(
                    format!("erased, but {} {}", note.key(), note.message()),
                    remedy.to_owned(),
                )
            }
            None => Verdict::pass("the process environment no longer shows them"),
        };
    }
    match notes.next() {
        Some(note) => Verdict::fail(
            format!("{} {}", note.key(), note.message()),
            note.remedy().unwrap_or_default().to_owned(),
        ),
        None => Verdict::fail(
            "the load leaves them in the environment, where /proc and every child process show them",
            "put #[secure(erase_env)] on the settings, or load with erase_env() before any thread starts",
        ),
    }
}

/// Returns the problems of the load with CORS settings.
pub(super) fn of_cors(evidence: &Evidence<'_>) -> Option<Verdict> {
    let report = evidence.facts.report.as_ref()?;
    let problems = of(report.problems(), Concern::Cors)?;
    Some(Verdict::fail(problems, CHECK))
}

/// Returns the problems and warnings about the `.env` file.
pub(super) fn of_env_file(evidence: &Evidence<'_>) -> Option<String> {
    let report = evidence.facts.report.as_ref()?;
    of(report.problems().chain(report.warnings()), Concern::EnvFile)
}
