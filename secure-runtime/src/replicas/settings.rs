//! What an operator says about the server that replicas share.

use std::str::FromStr;
use std::time::Duration;

use secure_config::{Check, SecretString, SecretUrl, SecureConfig};

use super::valkey::{check_name, check_url};

/// What a limit does when the shared server does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outage {
    /// `open`: this replica's own count decides. The service goes on; each replica allows the whole quota.
    FailOpen,
    /// `closed`: nothing passes. The promise holds; the outage of the server is one of what the limit guards.
    FailClosed,
}

impl FromStr for Outage {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "open" => Ok(Self::FailOpen),
            "closed" => Ok(Self::FailClosed),
            _ => Err("is open (each replica limits by itself) or closed (nothing passes)"),
        }
    }
}

/// Settings of [`Valkey`](super::Valkey), to be nested in a service's own.
///
/// ```
/// use secure_config::SecureConfig;
/// use secure_runtime::replicas::{Outage, ReplicaSettings};
///
/// let vars = [
///     ("VALKEY_URL", "redis://127.0.0.1:6379"),
///     ("VALKEY_KEY_SECRET", "b0Jq1xUq9n0rT3mVw8cYp2Zs5LhKdEfGaNiRtOuXvQ4="),
///     ("VALKEY_ON_OUTAGE", "closed"),
/// ];
/// let settings = ReplicaSettings::loader().vars(vars).load()?;
/// assert_eq!(settings.on_outage, Outage::FailClosed);
///
/// // The choice has no default.
/// assert!(ReplicaSettings::loader().vars(vars[..2].iter().copied()).load().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Debug, SecureConfig)]
#[secure(check = check_server(url))]
#[non_exhaustive]
pub struct ReplicaSettings {
    /// `VALKEY_URL`: where the server is, `redis://user:password@host:6379/0`.
    #[secure(env = "VALKEY_URL", needs_restart)]
    pub url: SecretUrl,
    /// `VALKEY_KEY_SECRET`: what the names of keys are hashed with; the same for all replicas.
    #[secure(env = "VALKEY_KEY_SECRET", min_len = 32, needs_restart)]
    pub key_secret: SecretString,
    /// `VALKEY_ON_OUTAGE`: what limits do without the server, `open` or `closed`.
    #[secure(env = "VALKEY_ON_OUTAGE", parse = Outage::from_str, needs_restart)]
    pub on_outage: Outage,
    /// `VALKEY_PREFIX`: what all keys begin with; `app`. Services that share a server need one each.
    #[secure(env = "VALKEY_PREFIX", default = "app", validate = is_name, needs_restart)]
    pub prefix: String,
    /// `VALKEY_TIMEOUT`: how long a question may take; `100ms`.
    #[secure(env = "VALKEY_TIMEOUT", default = "100ms", validate = acceptable, needs_restart)]
    pub timeout: Duration,
}

fn check_server(url: &SecretUrl, check: &mut Check<'_>) {
    if check_url(url.expose_secret()).is_err() {
        let reason = "is not the URL of a Valkey or Redis server that this build can reach";
        let remedy = "write valkey:// or redis://, with the feature valkey-tls valkeys:// or rediss://, and a number behind the last /";
        check.refuse_with("url", reason, remedy);
    }
}

#[expect(clippy::ptr_arg, reason = "what a validator is given")]
fn is_name(name: &String) -> Result<(), &'static str> {
    check_name(name).map_err(|_| "must be 1 to 64 letters, digits, `.`, `-` and `_`")
}

fn acceptable(timeout: &Duration) -> Result<(), &'static str> {
    if (Duration::from_millis(1)..=Duration::from_secs(10)).contains(timeout) {
        Ok(())
    } else {
        Err("must be from 1ms to 10s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_refused() {
        let load = |name: &'static str, value: &'static str| {
            let vars = [
                ("VALKEY_URL", "redis://127.0.0.1:6379"),
                (
                    "VALKEY_KEY_SECRET",
                    "b0Jq1xUq9n0rT3mVw8cYp2Zs5LhKdEfGaNiRtOuXvQ4=",
                ),
                ("VALKEY_ON_OUTAGE", "open"),
                (name, value),
            ];
            ReplicaSettings::loader().vars(vars).load()
        };
        assert!(load("VALKEY_TIMEOUT", "10s").is_ok());
        assert!(load("VALKEY_TIMEOUT", "11s").is_err());
        assert!(load("VALKEY_TIMEOUT", "0s").is_err());
        assert!(load("VALKEY_ON_OUTAGE", "maybe").is_err());
        assert!(load("VALKEY_KEY_SECRET", "short").is_err());
        assert!(load("VALKEY_PREFIX", "shop:eu").is_err());
        for url in [
            "http://127.0.0.1:6379",
            "redis://127.0.0.1:6379/first",
            "redis://",
            "valkey:127.0.0.1",
        ] {
            let refused = load("VALKEY_URL", url).unwrap_err();
            assert_eq!(refused.problems().len(), 1, "{refused}");
        }
        for url in [
            "valkey://127.0.0.1",
            "redis://app:x9Qm2vTz81LcRw4H@127.0.0.1:6379/3",
        ] {
            assert!(load("VALKEY_URL", url).is_ok(), "{url}");
        }
    }
}
