//! The items that every service has.

use super::entry::{Entry, Judge};
use super::item::Cadence;
use super::judge;

/// Every item that every service has, in the order of the checklist.
#[must_use]
pub fn entries() -> impl ExactSizeIterator<Item = &'static Entry> {
    ENTRIES.iter()
}

pub(super) const ENTRIES: [Entry; 37] = [
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
    Entry::before("env-file", ".env is for its owner alone", judge::files::env_file),
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
    Entry::before("debug-off", "Debugging is off", judge::process::debug_off),
    Entry::before(
        "release-build",
        "The build is without debug assertions",
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
        "Every answer has security headers",
        judge::headers::security_headers,
    ),
    Entry::before(
        "hsts",
        "Browsers are told to come by https only",
        judge::headers::hsts,
    ),
    Entry::before(
        "csp",
        "The content security policy holds",
        judge::headers::content_security_policy,
    ),
    Entry::before("https", "Clients speak https", judge::https::https),
    Entry::before(
        "certificate",
        "The certificate is one that clients accept",
        judge::https::certificate,
    ),
    Entry::before(
        "cors-reviewed",
        "Only listed pages of other origins may call",
        judge::access::cors_reviewed,
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
        "Errors are told to somebody",
        judge::observed::error_tracking,
    ),
    Entry::before(
        "health-checks",
        "Health checks ask what the service depends on",
        judge::observed::health_checks,
    ),
    Entry::before(
        "database-pool",
        "The database has a pool with limits",
        judge::observed::database_pool,
    ),
    Entry::before(
        "metrics",
        "Requests are counted, and somebody can scrape",
        judge::observed::metrics,
    ),
    Entry::by_hand(
        "alerts",
        "Somebody is told when the service is not well",
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
        "The log is read for what should not be there",
        Cadence::Weekly,
        Judge::Person(
            "read what is at WARN and above",
            "jq -c 'select(.level == \"WARN\" or .level == \"ERROR\")' service.log",
        ),
    ),
    Entry::ongoing(
        "review-failed-logins",
        "Failed logins are looked at",
        Cadence::Weekly,
        Judge::Person(
            "look for an address, a user or an hour that stands out",
            "jq -c 'select(.target == \"security\" and .event == \"authn_login_fail\")' service.log",
        ),
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
        "Who has access still needs it",
        Cadence::Quarterly,
        Judge::Person(
            "people leave, tokens stay",
            "go through the users of the database, the cluster and the vault, and exchange ADMIN_TOKEN",
        ),
    ),
    Entry::ongoing(
        "review-alerts",
        "Alerts tell of what matters, and of nothing else",
        Cadence::Quarterly,
        Judge::Person(
            "an alert that nobody acts on hides the next",
            "go through those that fired and those that should have: promtool test rules alerts_test.yml",
        ),
    ),
    Entry::ongoing(
        "test-backups",
        "A backup has been restored",
        Cadence::Quarterly,
        Judge::Person(
            "a backup that nobody has restored is none",
            "restore the last one beside the database in use, and compare",
        ),
    ),
    Entry::ongoing(
        "exercise-incidents",
        "The incident plan has been exercised",
        Cadence::Yearly,
        Judge::Person(
            "a plan is known when it has been done",
            "go through docs/INCIDENT.md in staging: rotate, log out, maintenance, find by request id",
        ),
    ),
    Entry::ongoing(
        "penetration-test",
        "Somebody else has tried to break in",
        Cadence::Yearly,
        Judge::Person(
            "who builds a service does not see its holes",
            "have one done, and begin by yourself: https://owasp.org/www-project-web-security-testing-guide/",
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
