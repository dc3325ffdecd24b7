//! Security events in OWASP's vocabulary, each one log line and one counter.
//!
//! A function for each event of the [Logging Vocabulary], named as there: [`authn_login_fail`] is the event
//! `authn_login_fail`. It writes a line with the target `security` and the vocabulary's level, and adds one to the
//! event's counter, so that to watch failed logins is a query, of the log (`event = "authn_login_fail"`) or of the
//! metrics (`security_events_total{event="authn_login_fail"}`, see `Metrics::watch_events`).
//!
//! # Rules
//!
//! 1. A line has `event`, and `user_id`, `ip_address` and `user_agent` as far as the [`Context`] knows them; then
//!    what the vocabulary adds: `resource`, `reason`, `limit`, …. Within a request's span it has the `request_id`, too.
//! 2. The levels are the vocabulary's. `tracing` ends at `ERROR`, so that is what `CRITICAL` becomes.
//! 3. What comes from outside is bounded: `user_id` and names to 128 bytes, `user_agent` and other text to 256, what
//!    is not ASCII in a user agent written as `\xNN`. Free text, such as a `resource`, goes through the log's net for
//!    secrets. There is no room for a session id: whoever reads it is that session. Nothing is allocated.
//! 4. Counting needs no metrics, no log and no lock: a table of atomics ([`Event::count`]). It does not depend on
//!    levels; what `LOG_LEVEL` keeps out of the log is counted all the same.
//! 5. The runtime tells of what it sees itself: [`sys_startup`] and [`sys_shutdown`] of a server,
//!    [`authn_login_fail`] of its admin listener, [`excess_rate_limit_exceeded`] of the rate limit, also of a `Limiter` in a handler. An attacker
//!    chooses how often that last one comes, so at most one line a minute and client is written, and one a second in
//!    all after twenty; `suppressed` says how many were not. All are counted.
//!
//! **Caveat.** A user id is logged as it is. Give the id of the account, not what was typed into the field: people
//! type passwords there. Where only the typed name is known, as in a failed login, prefer the id of the account that it
//! names, and no id when it names none.
//!
//! # Examples
//!
//! ```
//! use http::Request;
//! use secure_runtime::events::{self, Context, Event};
//!
//! let (parts, _body) = Request::builder().header("user-agent", "curl/8.5.0").body(())?.into_parts();
//! let before = Event::AuthnLoginFail.count();
//!
//! events::authn_login_fail(&Context::of(&parts).user("42"));
//! // {…,"level":"WARN","message":"login failed","event":"authn_login_fail","user_id":"42","user_agent":"curl/8.5.0",…}
//!
//! assert_eq!(Event::AuthnLoginFail.count(), before + 1);
//! # Ok::<(), http::Error>(())
//! ```
//!
//! [Logging Vocabulary]: https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html

mod account;
mod behaviour;
mod context;
mod data;
mod emit;
mod system;
mod text;
#[cfg(feature = "limit")]
mod throttle;
mod vocabulary;

#[cfg(feature = "limit")]
pub(crate) use self::throttle::limited;
pub use self::{
    account::{
        authn_impossible_travel, authn_login_fail, authn_login_fail_max, authn_login_lock,
        authn_login_success, authn_login_successafterfail, authn_password_change, authn_password_change_fail,
        authn_token_created, authn_token_delete, authn_token_reuse, authn_token_revoked, authz_admin,
        authz_change, authz_fail, privilege_permissions_changed, session_created, session_expired,
        session_logout, session_renewed, session_use_after_expire, user_archived, user_created, user_deleted,
        user_updated,
    },
    behaviour::{
        excess_rate_limit_exceeded, excess_rate_limit_exceeded as rate_limit_exceeded,
        excess_sessions_exceeded, input_validation_discrete_fail, input_validation_fail,
        malicious_attack_tool, malicious_cors, malicious_csp_violation, malicious_csrf,
        malicious_direct_reference, malicious_excess_404, malicious_extraneous, malicious_sqli,
        mcp_prompt_injection, mcp_resource_exhaustion, mcp_tool_poisoning, sequence_fail,
    },
    context::Context,
    data::{
        crypt_decrypt_fail, crypt_encrypt_fail, sensitive_create, sensitive_delete, sensitive_read,
        sensitive_update, upload_complete, upload_delete, upload_stored, upload_validation,
    },
    system::{sys_crash, sys_monitor_disabled, sys_monitor_enabled, sys_restart, sys_shutdown, sys_startup},
    vocabulary::Event,
};
