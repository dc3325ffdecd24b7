//! What an operator says about metrics.

use std::str::FromStr;

use secure_config::SecureConfig;

use super::{Buckets, Registry};

/// Settings of [`Metrics`](super::Metrics), to be nested in a service's own with `prefix = ""`.
///
/// # Examples
///
/// ```
/// use secure_config::SecureConfig;
/// use secure_runtime::metrics::MetricsSettings;
///
/// let settings = MetricsSettings::loader()
///     .vars([("PROMETHEUS_ENABLED", "true"), ("METRICS_BUCKETS", "0.01, 0.1, 1")])
///     .load()?;
/// assert!(settings.enabled);
/// assert_eq!(settings.buckets.bounds(), [0.01, 0.1, 1.0]);
///
/// assert!(MetricsSettings::loader().vars([("METRICS_BUCKETS", "1, 0.1")]).load().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, SecureConfig)]
#[non_exhaustive]
pub struct MetricsSettings {
    /// `PROMETHEUS_ENABLED`: whether requests are counted and `/metrics` answers; off.
    #[secure(env = "PROMETHEUS_ENABLED", default = false)]
    pub enabled: bool,
    /// `METRICS_PREFIX`: what names begin with, before a `_`; nothing.
    #[secure(env = "METRICS_PREFIX", default = "", validate = prefix)]
    pub prefix: String,
    /// `METRICS_BUCKETS`: bounds of `request_duration_seconds`, in seconds; 14 from 0.5 ms to 10 s.
    #[secure(env = "METRICS_BUCKETS", default = Buckets::requests(), parse = buckets)]
    pub buckets: Buckets,
    /// `METRICS_MAX_SERIES`: how many series a family has at most; 1,000.
    #[secure(env = "METRICS_MAX_SERIES", default = 1_000, range = 1..=100_000)]
    pub max_series: usize,
}

impl Default for MetricsSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            prefix: String::new(),
            buckets: Buckets::requests(),
            max_series: Registry::DEFAULT_MAX_SERIES,
        }
    }
}

fn buckets(text: &str) -> Result<Buckets, &'static str> {
    Buckets::from_str(text)
        .map_err(|_| "buckets are 1 to 64 numbers of seconds, each greater than the one before: 0.01, 0.1, 1")
}

#[expect(clippy::ptr_arg, reason = "what a validator is given")]
fn prefix(prefix: &String) -> Result<(), &'static str> {
    match Registry::with(prefix, Registry::DEFAULT_MAX_SERIES) {
        Ok(_) => Ok(()),
        Err(_) => Err("is lower-case letters, digits and `_`, and begins with a letter"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_the_default() {
        let none = Vec::<(&str, &str)>::new();
        assert_eq!(
            MetricsSettings::loader().vars(none).load().unwrap(),
            MetricsSettings::default()
        );
    }

    #[test]
    fn what_makes_no_metrics_is_refused() {
        for (name, value) in [
            ("METRICS_PREFIX", "my-shop"),
            ("METRICS_PREFIX", "Shop"),
            ("METRICS_PREFIX", "shop_"),
            ("METRICS_BUCKETS", "none"),
            ("METRICS_MAX_SERIES", "0"),
        ] {
            assert!(
                MetricsSettings::loader().vars([(name, value)]).load().is_err(),
                "{name}={value}"
            );
        }
    }
}
