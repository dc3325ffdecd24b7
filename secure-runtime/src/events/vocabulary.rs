//! The events that have a name.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use tracing::Level;

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $level:ident $variant:ident $name:literal)*) => {
        /// An event of OWASP's logging vocabulary.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Event {
            $($(#[$doc])* $variant,)*
        }

        impl Event {
            /// Every event, in the order of the vocabulary.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in the vocabulary: `authn_login_fail`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The level of its lines: the vocabulary's, with `ERROR` for `CRITICAL`.
            #[must_use]
            pub const fn level(self) -> Level {
                match self {
                    $(Self::$variant => Level::$level,)*
                }
            }
        }
    };
}

vocabulary! {
    /// A user logged in.
    INFO AuthnLoginSuccess "authn_login_success"
    /// A user logged in after failures.
    INFO AuthnLoginSuccessafterfail "authn_login_successafterfail"
    /// A login failed.
    WARN AuthnLoginFail "authn_login_fail"
    /// A login failed for the last time that was allowed.
    WARN AuthnLoginFailMax "authn_login_fail_max"
    /// An account was locked.
    WARN AuthnLoginLock "authn_login_lock"
    /// A password was changed.
    INFO AuthnPasswordChange "authn_password_change"
    /// A password was to be changed and was not.
    ERROR AuthnPasswordChangeFail "authn_password_change_fail"
    /// A user is in two places too far apart.
    ERROR AuthnImpossibleTravel "authn_impossible_travel"
    /// A token was made.
    INFO AuthnTokenCreated "authn_token_created"
    /// A token was revoked.
    INFO AuthnTokenRevoked "authn_token_revoked"
    /// A token that was revoked or used up was presented.
    ERROR AuthnTokenReuse "authn_token_reuse"
    /// A token was deleted.
    WARN AuthnTokenDelete "authn_token_delete"
    /// A user asked for what he may not have.
    ERROR AuthzFail "authz_fail"
    /// What a user may do was changed.
    WARN AuthzChange "authz_change"
    /// An administrator did something.
    WARN AuthzAdmin "authz_admin"
    /// Something could not be decrypted.
    WARN CryptDecryptFail "crypt_decrypt_fail"
    /// Something could not be encrypted.
    WARN CryptEncryptFail "crypt_encrypt_fail"
    /// A rate limit was exceeded.
    WARN ExcessRateLimitExceeded "excess_rate_limit_exceeded"
    /// A user has more sessions than allowed.
    WARN ExcessSessionsExceeded "excess_sessions_exceeded"
    /// A file was uploaded.
    INFO UploadComplete "upload_complete"
    /// An uploaded file was put elsewhere.
    INFO UploadStored "upload_stored"
    /// An uploaded file was checked.
    INFO UploadValidation "upload_validation"
    /// An uploaded file was deleted.
    INFO UploadDelete "upload_delete"
    /// An input was refused.
    WARN InputValidationFail "input_validation_fail"
    /// An input was none of the values it could have been, which the page does not offer.
    WARN InputValidationDiscreteFail "input_validation_discrete_fail"
    /// A client asked for much that is not there.
    WARN MaliciousExcess404 "malicious_excess_404"
    /// A client sent what nobody asked for.
    ERROR MaliciousExtraneous "malicious_extraneous"
    /// A client is a known tool for attacks.
    ERROR MaliciousAttackTool "malicious_attack_tool"
    /// A client sent SQL.
    ERROR MaliciousSqli "malicious_sqli"
    /// A page of another origin asked.
    ERROR MaliciousCors "malicious_cors"
    /// A client asked for an object by an id that it cannot know.
    ERROR MaliciousDirectReference "malicious_direct_reference"
    /// A request came without the token that its page would have sent.
    WARN MaliciousCsrf "malicious_csrf"
    /// A browser reported a violation of the content security policy.
    WARN MaliciousCspViolation "malicious_csp_violation"
    /// A prompt tried to give instructions.
    WARN McpPromptInjection "mcp_prompt_injection"
    /// A tool was called until something was used up.
    WARN McpResourceExhaustion "mcp_resource_exhaustion"
    /// The description of a tool tried to give instructions.
    WARN McpToolPoisoning "mcp_tool_poisoning"
    /// What a user may do with an object was changed.
    WARN PrivilegePermissionsChanged "privilege_permissions_changed"
    /// Sensitive data was created.
    WARN SensitiveCreate "sensitive_create"
    /// Sensitive data was read.
    WARN SensitiveRead "sensitive_read"
    /// Sensitive data was changed.
    WARN SensitiveUpdate "sensitive_update"
    /// Sensitive data was deleted.
    WARN SensitiveDelete "sensitive_delete"
    /// A step was taken before the one that it needs.
    ERROR SequenceFail "sequence_fail"
    /// A session began.
    INFO SessionCreated "session_created"
    /// A session was prolonged.
    INFO SessionRenewed "session_renewed"
    /// A session ended by itself.
    INFO SessionExpired "session_expired"
    /// A user ended a session.
    INFO SessionLogout "session_logout"
    /// A session was used after its end.
    ERROR SessionUseAfterExpire "session_use_after_expire"
    /// The service started.
    WARN SysStartup "sys_startup"
    /// The service ended as it should.
    WARN SysShutdown "sys_shutdown"
    /// The service starts again.
    WARN SysRestart "sys_restart"
    /// The service ended as it should not.
    WARN SysCrash "sys_crash"
    /// Something that watches was turned off.
    WARN SysMonitorDisabled "sys_monitor_disabled"
    /// Something that watches was turned on.
    WARN SysMonitorEnabled "sys_monitor_enabled"
    /// A user was created.
    WARN UserCreated "user_created"
    /// A user was changed.
    WARN UserUpdated "user_updated"
    /// A user was put away.
    WARN UserArchived "user_archived"
    /// A user was deleted.
    WARN UserDeleted "user_deleted"
}

/// How often each event came, by its place in the enumeration.
static COUNTS: [AtomicU64; Event::ALL.len()] = [const { AtomicU64::new(0) }; Event::ALL.len()];

impl Event {
    /// How often it came since the process began, logged or not.
    #[must_use]
    pub fn count(self) -> u64 {
        COUNTS[self as usize].load(Ordering::Relaxed)
    }

    pub(super) fn add_one(self) {
        COUNTS[self as usize].fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_names_are_the_variants() {
        let squashed = |name: &str| name.replace('_', "").to_lowercase();
        for (place, event) in Event::ALL.iter().enumerate() {
            assert_eq!(*event as usize, place);
            assert_eq!(squashed(event.name()), squashed(&format!("{event:?}")));
        }
        let names: HashSet<_> = Event::ALL.iter().map(|event| event.name()).collect();
        assert_eq!(names.len(), Event::ALL.len());
    }
}
