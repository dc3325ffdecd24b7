//! Logs, errors, metrics, health and the database.

use super::Evidence;
use crate::audit::facts::Database;
use crate::audit::item::Verdict;

pub(in crate::audit) fn json_logs(evidence: &Evidence<'_>) -> Verdict {
    match evidence.facts.log {
        Some(log) if log.json => Verdict::pass("one JSON object per line"),
        Some(_) => Verdict::fail(
            "lines are text, which log tools cannot search by field",
            "LOG_FORMAT=json",
        ),
        None => evidence.facts.missing("log", "give its settings to Audit::log"),
    }
}

pub(in crate::audit) fn error_tracking(evidence: &Evidence<'_>) -> Verdict {
    match evidence.facts.error_tracking {
        Some(true) => Verdict::pass("errors and panics are sent, without secrets"),
        Some(false) => Verdict::fail("errors are sent to no tracker", "set SENTRY_DSN"),
        None => evidence.facts.missing(
            "error tracking",
            "give Sentry to Audit::sentry, or call Audit::error_tracking(true) for another tracker",
        ),
    }
}

pub(in crate::audit) fn health_checks(evidence: &Evidence<'_>) -> Verdict {
    match evidence.facts.health.as_deref() {
        Some([]) => Verdict::fail(
            "no checks are registered, so a failed dependency is not noticed",
            "add a check for each dependency: Health::builder().critical(…)",
        ),
        Some(names) => Verdict::pass(names.join(", ")),
        None => evidence
            .facts
            .missing("health checks", "start Health, and give it to Audit::health"),
    }
}

pub(in crate::audit) fn database_pool(evidence: &Evidence<'_>) -> Verdict {
    match evidence.facts.database {
        Some(Database::Pool { min, max }) => {
            Verdict::pass(format!("{min} to {max} connections, with timeouts"))
        }
        Some(Database::None) => Verdict::fail(
            "no database outlives the process",
            "set DATABASE_URL",
        ),
        None => evidence.facts.missing(
            "database",
            "give its settings to Audit::database, or assure that the service needs none: Audit::assure(\"database-pool\", …)",
        ),
    }
}

pub(in crate::audit) fn metrics(evidence: &Evidence<'_>) -> Verdict {
    let facts = evidence.facts;
    match (
        facts.metrics,
        facts.server.as_ref().map(|server| server.has_metrics),
    ) {
        (Some(true), Some(true)) => Verdict::pass("requests are counted, and a listener serves them"),
        (Some(true), Some(false)) => Verdict::fail(
            "requests are counted, but no listener serves them",
            "set METRICS_PORT",
        ),
        (Some(true), None) => Verdict::pass("requests are counted"),
        (Some(false), _) => Verdict::fail("requests are not counted", "PROMETHEUS_ENABLED=true"),
        (None, _) => facts.missing("metrics", "give Metrics to Audit::metrics"),
    }
}
