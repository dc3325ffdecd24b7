//! Facts of a deployment that only the operator has.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secure_config::SecureConfig;

use super::date::Date;

/// Facts of a deployment that only the operator has. Nest it in your own settings.
///
/// # Examples
///
/// ```
/// use secure_config::SecureConfig;
/// use secure_runtime::audit::{AuditSettings, TlsTermination};
///
/// let vars = [("TLS_TERMINATED_BY", "proxy"), ("SECRETS_ROTATED_AT", "2026-11-02")];
/// let settings = AuditSettings::loader().vars(vars).load()?;
/// assert_eq!(settings.tls_terminated_by, TlsTermination::Proxy);
///
/// assert!(AuditSettings::loader().vars([("SECRETS_ROTATED_AT", "last week")]).load().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, SecureConfig)]
#[non_exhaustive]
pub struct AuditSettings {
    /// `TLS_TERMINATED_BY`: who speaks https with clients: `service`, or a `proxy` in front of it.
    #[secure(env = "TLS_TERMINATED_BY", default = "service", parse = TlsTermination::from_str)]
    pub tls_terminated_by: TlsTermination,
    /// `TLS_CA_PATH`: PEM file of the authorities that clients trust, where these are not the system's.
    #[secure(env = "TLS_CA_PATH")]
    pub tls_ca_path: Option<PathBuf>,
    /// `PUBLIC_HOST`: the name by which clients reach the service, which its certificate must be for. Unset: `REDIRECT_HOST`, else the
    /// first name of the certificate.
    #[secure(env = "PUBLIC_HOST")]
    pub public_host: Option<String>,
    /// `SECRETS_ROTATED_AT`: the day, `YYYY-MM-DD`, on which the secrets were last exchanged.
    #[secure(env = "SECRETS_ROTATED_AT", parse = Date::from_str)]
    pub secrets_rotated_at: Option<Date>,
    /// `SECRETS_ROTATION`: how old they may become; 90 days.
    #[secure(env = "SECRETS_ROTATION", default = "90d")]
    pub secrets_rotation: Duration,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self {
            tls_terminated_by: TlsTermination::Service,
            tls_ca_path: None,
            public_host: None,
            secrets_rotated_at: None,
            secrets_rotation: Duration::from_secs(90 * 24 * 60 * 60),
        }
    }
}

/// Who speaks https with clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsTermination {
    /// The service itself.
    #[default]
    Service,
    /// A load balancer, ingress or side-car in front of it.
    Proxy,
}

impl FromStr for TlsTermination {
    type Err = UnknownTermination;

    fn from_str(text: &str) -> Result<Self, UnknownTermination> {
        match text.trim() {
            word if word.eq_ignore_ascii_case("service") => Ok(Self::Service),
            word if word.eq_ignore_ascii_case("proxy") => Ok(Self::Proxy),
            _ => Err(UnknownTermination(())),
        }
    }
}

/// The text is neither `service` nor `proxy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownTermination(());

impl fmt::Display for UnknownTermination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write service or proxy")
    }
}

impl std::error::Error for UnknownTermination {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_the_default() {
        let none = Vec::<(&str, &str)>::new();
        assert_eq!(
            AuditSettings::loader().vars(none).load().unwrap(),
            AuditSettings::default()
        );
    }

    #[test]
    fn what_cannot_be_is_a_problem_each() {
        let vars = [
            ("TLS_TERMINATED_BY", "cloud"),
            ("SECRETS_ROTATED_AT", "2026-02-30"),
        ];
        let refused = AuditSettings::loader().vars(vars).load().unwrap_err();
        assert_eq!(refused.problems().len(), 2, "{refused}");
    }
}
