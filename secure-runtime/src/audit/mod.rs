//! The deployment checklist, judged by a program where a program can judge it.
//!
//! Every line of the Security Implementation Guide's lists *Before Deployment* and *Ongoing Security* is one of the [`entries`], and
//! there are more. An [`Audit`] gathers what a service has loaded and built, and [judges](Audit::review) each entry:
//! [`Pass`](Outcome::Pass), [`Fail`](Outcome::Fail), [`Warn`](Outcome::Warn), or [`Manual`](Outcome::Manual) where only a person can
//! judge, each with the reason and the remedy.
//!
//! | before deployment | passes when |
//! |---|---|
//! | `configuration` | the load has no problem |
//! | `secrets-changed`, `-strong`, `-distinct` | none is missing, generated for this run, a default or a placeholder; each passes the rules of its kind; no two are equal |
//! | `secrets-erased` | the load has overwritten them in the environment |
//! | `env-file`, `env-ignored` | `.env` does not exist or only its owner can use it; git does not track it and would not add it |
//! | `production-profile`, `debug-off`, `release-build` | the profile is production; no debug switch is on and no level below INFO is logged; no debug assertions |
//! | `core-dumps-off` | the process was hardened |
//! | `service-builds` | the service was built from its settings, unless [`unbuilt`](Audit::unbuilt) says otherwise |
//! | `security-headers`, `hsts`, `csp` | responses have them; HSTS lasts for half a year or more, and is sent at all; no directive lets a foreign script in |
//! | `https` | the service has a certificate, or `TLS_TERMINATED_BY=proxy` |
//! | `certificate` | it verifies for the host by the system's authorities, or by those of `TLS_CA_PATH` |
//! | `cors-reviewed` | the review of the policy finds nothing |
//! | `frontend-console` | no [page](Audit::page) has an inline script without a nonce; no page and no script of the [frontend](Audit::frontend), or else of the checkout, calls `console.log` or its kin |
//! | `rate-limits` | some limit counts every request |
//! | `admin-private` | there is no admin listener, or only this machine reaches it |
//! | `json-logs`, `error-tracking`, `metrics` | they are on, and Prometheus can scrape |
//! | `health-checks`, `database-pool` | there is at least one check; there is a database that outlives the process |
//! | `alerts` | manual |
//! | `dependencies-audited` | in a checkout, `cargo deny` accepts them |
//!
//! | ongoing | passes when |
//! |---|---|
//! | `rotate-secrets` | `SECRETS_ROTATED_AT` is less than 90 days ago |
//! | `renew-certificates` | the certificate lasts for 21 days or more |
//! | `code-scanning` | a workflow of the checkout (GitHub, GitLab and others) runs a scanner, such as cargo-deny, CodeQL or Semgrep |
//! | `review-logs`, `review-failed-logins`, `check-health`, `review-errors`, `update-dependencies`, `review-access`, `review-alerts`, `test-backups`, `exercise-incidents`, `penetration-test` | manual; each has its cadence and a command that helps |
//!
//! # Rules
//!
//! 1. It judges the settings that were loaded and the layers that were built, and never reads the environment again. A part that it was not
//!    given counts as missing, and fails.
//! 2. A refused configuration fails the items that it breaks. The others are judged later: they are
//!    [`Manual`](Outcome::Manual). The same holds for a service that [cannot be built](Audit::unbuilt).
//! 3. Each cause fails one item. Without a certificate `https` fails, and the items about the certificate wait.
//! 4. No form of the result holds a secret: reasons are made of names, rules and numbers, and texts of other code are
//!    [masked](secure_config::redact).
//! 5. A service can vouch for an item by [`Audit::assure`], with a reason that is shown. An item that fails all the same is still shown, as a
//!    [`Warn`](Outcome::Warn).
//! 6. The [text](Checklist::to_text) is for people, [JSON](Checklist::to_json) and [SARIF](Checklist::to_sarif) are for programs; the
//!    [exit code](Checklist::exit_code) is 0, 1 or 78. At start-up in production [`Checklist::log`] writes a line for each item that
//!    fails.
//!
//! **Caveat**: it sees one process. It cannot see the effects of a proxy, a cluster or a cloud account, nor whether the people have done their
//! part. Run it where the service runs: another machine has other certificates, files and authorities.
//!
//! # Examples
//!
//! ```
//! use secure_config::{SecretString, SecureConfig};
//! use secure_runtime::{
//!     audit::{Audit, Outcome},
//!     headers::SecurityHeaders,
//!     log::LogSettings,
//! };
//!
//! #[derive(SecureConfig)]
//! struct Settings {
//!     jwt_secret: SecretString,
//!     #[secure(nested)]
//!     log: LogSettings,
//! }
//!
//! let vars = [("JWT_SECRET", "iFjxanuNq5LprjbEO73FjYoTppxnAQ0os2E1moWqNac="), ("LOG_FORMAT", "text")];
//! let (settings, report) = Settings::loader().vars(vars).load_with_report()?;
//! let checklist = Audit::new(report.profile())
//!     .report(&report)
//!     .log(&settings.log)
//!     .headers(&SecurityHeaders::api().build()?)
//!     .assure("database-pool", "it has no database")
//!     .review()?;
//!
//! let outcome = |id| checklist.items().iter().find(|item| item.id() == id).unwrap().outcome();
//! assert_eq!(outcome("secrets-strong"), Outcome::Pass);
//! assert_eq!(outcome("csp"), Outcome::Pass);
//! assert_eq!(outcome("json-logs"), Outcome::Fail);
//! assert_eq!(outcome("penetration-test"), Outcome::Manual);
//! assert_eq!(checklist.exit_code(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! As a command of the service, beside `config check`:
//!
//! ```no_run
//! use secure_config::{SecureConfig, cli::Cli};
//! use secure_runtime::audit::{self, Audit};
//!
//! #[derive(SecureConfig)]
//! struct Settings {
//!     #[secure(default = 8080)]
//!     port: u16,
//! }
//!
//! let judge = || {
//!     match Settings::loader().load_with_report() {
//!         Ok((_settings, report)) => Audit::new(report.profile()).report(&report), // … and what is built of the settings
//!         Err(error) => Audit::new(error.report().profile()).report(error.report()),
//!     }
//!     .checkout(".")
//!     .review()
//! };
//! let code = Cli::<Settings>::new()
//!     .command("audit", audit::ABOUT, move |args| audit::run(args, judge))
//!     .dispatch(std::env::args_os());
//! ```

mod builder;
mod checklist;
mod command;
mod concerns;
mod date;
mod entry;
mod error;
#[cfg_attr(
    not(all(feature = "database", feature = "tls", unix)),
    allow(dead_code, reason = "facts of features that are off are never given")
)]
mod facts;
mod item;
mod judge;
mod output;
mod review;
mod settings;

pub use self::{
    builder::Audit,
    checklist::entries,
    command::{ABOUT, run},
    date::{Date, InvalidDate},
    entry::Entry,
    error::AuditError,
    item::{Cadence, Item, Outcome, Section},
    review::Checklist,
    settings::{AuditSettings, TlsTermination, UnknownTermination},
};
