//! The items that every service has.

use super::entry::{Entry, Judge};
use super::item::Cadence;
use super::judge;

/// Returns the items that every service has, in the order of the checklist.
#[must_use]
pub fn entries() -> impl ExactSizeIterator<Item = &'static Entry> {
    ENTRIES.iter()
}

pub(super) const ENTRIES: [Entry; 41] = [
    Entry::before(
        "configuration",
        "The configuration is complete and accepted",
        judge::configuration::accepted,
    ),
    Entry::before(
        "secrets-changed",
        "Every secret is set, and none is a default",
        judge::configuration::secrets_changed,
    ),
    Entry::before(
        "secrets-strong",
        "Every secret is strong",
        judge::configuration::secrets_strong,
    ),
    Entry::before(
        "secrets-distinct",
        "No two secrets are equal",
        judge::configuration::secrets_distinct,
    ),
    Entry::before(
        "secrets-erased",
        "Secrets are erased from the environment",
        judge::configuration::secrets_erased,
    ),
    Entry::before("env-file", "Only its owner can use .env", judge::files::env_file),
    Entry::before(
        "env-ignored",
        ".env is not in version control",
        judge::files::env_ignored,
    ),
    Entry::before(
        "production-profile",
        "The profile is production",
        judge::process::production_profile,
    ),
    Entry::before("debug-off", "Debug mode is off", judge::process::debug_off),
    Entry::before(
        "release-build",
        "The build has no debug assertions",
        judge::process::release_build,
    ),
    Entry::before(
        "core-dumps-off",
        "No core dump and no debugger can read the secrets",
        judge::process::core_dumps_off,
    ),
    Entry::before(
        "service-builds",
        "The service can be built from its settings",
        judge::process::service_builds,
    ),
    Entry::before(
        "security-headers",
        "Every response has security headers",
        judge::headers::security_headers,
    ),
    Entry::before(
        "hsts",
        "Browsers connect by HTTPS only (HSTS)",
        judge::headers::hsts,
    ),
    Entry::before(
        "csp",
        "The content security policy has no hole",
        judge::headers::content_security_policy,
    ),
    Entry::before("https", "Clients connect by HTTPS", judge::https::https),
    Entry::before(
        "certificate",
        "Clients accept the certificate",
        judge::https::certificate,
    ),
    Entry::before(
        "cors-reviewed",
        "CORS admits listed origins only",
        judge::access::cors_reviewed,
    ),
    Entry::before(
        "frontend-console",
        "Pages write nothing to the browser's console, and their inline scripts have a nonce",
        judge::frontend::frontend_console,
    ),
    Entry::before(
        "rate-limits",
        "Every client has a rate limit",
        judge::access::rate_limits,
    ),
    Entry::before(
        "admin-private",
        "The admin listener is not public",
        judge::access::admin_private,
    ),
    Entry::before("json-logs", "The log is JSON", judge::observed::json_logs),
    Entry::before(
        "error-tracking",
        "Errors are reported to a tracker",
        judge::observed::error_tracking,
    ),
    Entry::before(
        "health-checks",
        "Health checks cover what the service depends on",
        judge::observed::health_checks,
    ),
    Entry::before(
        "database-pool",
        "The database has a pool with limits",
        judge::observed::database_pool,
    ),
    Entry::before(
        "metrics",
        "Requests are counted, and Prometheus can scrape them",
        judge::observed::metrics,
    ),
    Entry::by_hand(
        "alerts",
        "Somebody is alerted when the service is unhealthy",
        "where metrics are gathered cannot be seen from here",
        "load the rules of examples/monitoring/alerts.yml, and let one of them fire: promtool check rules alerts.yml",
    ),
    Entry::before(
        "dependencies-audited",
        "Dependencies are audited",
        judge::files::dependencies_audited,
    ),
    Entry::ongoing(
        "rotate-secrets",
        "Secrets are rotated",
        Cadence::Quarterly,
        Judge::Program(judge::rotation::rotate_secrets),
    ),
    Entry::ongoing(
        "renew-certificates",
        "The certificate does not expire soon",
        Cadence::Monthly,
        Judge::Program(judge::https::renew_certificates),
    ),
    Entry::ongoing(
        "review-logs",
        "The security log is reviewed",
        Cadence::Weekly,
        Judge::Person(
            "read the security events, and everything at WARN",
            "jq -c 'select(.target == \"security\" or .level == \"WARN\")' service.log",
        ),
    ),
    Entry::ongoing(
        "review-failed-logins",
        "Failed logins are monitored",
        Cadence::Weekly,
        Judge::Person(
            "look for an address, a user or an hour that stands out",
            "jq -c 'select(.target == \"security\" and .event == \"authn_login_fail\")' service.log",
        ),
    ),
    Entry::ongoing(
        "check-health",
        "The health endpoint is checked from outside",
        Cadence::Continuous,
        Judge::Person(
            "probes of another machine cannot be seen from here",
            "every 5 minutes, as in examples/monitoring/health.cron: curl -f --max-time 10 https://HOST/health",
        ),
    ),
    Entry::ongoing(
        "review-errors",
        "Error reports are reviewed",
        Cadence::Weekly,
        Judge::Person(
            "read the unresolved issues of the tracker, and give each an owner",
            "without a tracker: jq -c 'select(.level == \"ERROR\")' service.log",
        ),
    ),
    Entry::ongoing(
        "code-scanning",
        "The code is scanned for vulnerabilities",
        Cadence::Continuous,
        Judge::Program(judge::scanning::code_scanning),
    ),
    Entry::ongoing(
        "update-dependencies",
        "Dependencies are updated",
        Cadence::Monthly,
        Judge::Person(
            "new advisories are published every day",
            "cargo update, then cargo deny check advisories",
        ),
    ),
    Entry::ongoing(
        "review-access",
        "Everyone who has access still needs it",
        Cadence::Quarterly,
        Judge::Person(
            "people leave, and their tokens stay valid",
            "go through the users of the database, the cluster and the vault, and exchange ADMIN_TOKEN",
        ),
    ),
    Entry::ongoing(
        "review-alerts",
        "Alerts fire for what matters, and for nothing else",
        Cadence::Quarterly,
        Judge::Person(
            "an ignored alert hides the next one",
            "go through those that fired and those that should have: promtool test rules alerts_test.yml",
        ),
    ),
    Entry::ongoing(
        "test-backups",
        "A backup has been restored",
        Cadence::Quarterly,
        Judge::Person(
            "only a restored backup is known to work",
            "restore the last one beside the database in use, and compare",
        ),
    ),
    Entry::ongoing(
        "exercise-incidents",
        "The incident plan has been exercised",
        Cadence::Yearly,
        Judge::Person(
            "only an exercised plan is known to work",
            "go through docs/INCIDENT.md in staging: rotate, log out, maintenance, find by request id",
        ),
    ),
    Entry::ongoing(
        "penetration-test",
        "A penetration test was done",
        Cadence::Yearly,
        Judge::Person(
            "the team that built a service overlooks its holes",
            "order one, and begin on your own: https://owasp.org/www-project-web-security-testing-guide/",
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::item::Section;

    #[test]
    fn ids_are_unique_and_sections_stand_together() {
        let mut ids: Vec<_> = entries().map(Entry::id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ENTRIES.len());
        let sections: Vec<_> = entries().map(Entry::section).collect();
        let first = sections.iter().position(|section| *section == Section::Ongoing);
        assert!(
            sections[first.unwrap()..]
                .iter()
                .all(|section| *section == Section::Ongoing)
        );
    }
}
