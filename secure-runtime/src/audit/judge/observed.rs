//! What the service tells of itself.

use super::Evidence;
use crate::audit::facts::Database;
use crate::audit::item::Verdict;

pub(in crate::audit) fn json_logs(evidence: &Evidence<'_>) -> Verdict {
    match evidence.facts.log {
        Some(log) if log.json => Verdict::pass("one object a line"),
        Some(_) => Verdict::fail("lines are text, which programs cannot search", "LOG_FORMAT=json"),
        None => evidence.facts.missing("log", "give its settings to Audit::log"),
    }
}

pub(in crate::audit) fn error_tracking(evidence: &Evidence<'_>) -> Verdict {
    match evidence.facts.error_tracking {
        Some(true) => Verdict::pass("errors and panics are sent, without secrets"),
        Some(false) => Verdict::fail("there is nobody to send errors to", "set SENTRY_DSN"),
        None => evidence.facts.missing(
            "error tracking",
            "give Sentry to Audit::sentry, or say Audit::error_tracking(true) of another",
        ),
    }
}

pub(in crate::audit) fn health_checks(evidence: &Evidence<'_>) -> Verdict {
    match evidence.facts.health.as_deref() {
        Some([]) => Verdict::fail(
            "there are no checks: the service is healthy whatever it depends on does",
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
            "there is no database that outlives the process",
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
        (Some(true), Some(true)) => Verdict::pass("requests are counted, and there is a listener to scrape"),
        (Some(true), Some(false)) => Verdict::fail(
            "requests are counted, but there is no listener to scrape",
            "set METRICS_PORT",
        ),
        (Some(true), None) => Verdict::pass("requests are counted"),
        (Some(false), _) => Verdict::fail("requests are not counted", "PROMETHEUS_ENABLED=true"),
        (None, _) => facts.missing("metrics", "give Metrics to Audit::metrics"),
    }
}
