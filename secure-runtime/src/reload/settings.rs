//! What an operator says about reloading.

use std::time::Duration;

use secure_config::SecureConfig;

/// Settings of reloading, to be nested in a service's own.
///
/// ```
/// use std::time::Duration;
///
/// use secure_config::SecureConfig;
/// use secure_runtime::reload::ReloadSettings;
///
/// let none: [(&str, &str); 0] = [];
/// assert_eq!(ReloadSettings::loader().vars(none).load()?.period, Duration::from_secs(10));
/// assert!(ReloadSettings::loader().vars([("PERIOD", "1ms")]).load().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, SecureConfig)]
#[non_exhaustive]
pub struct ReloadSettings {
    /// From one look at the files to the next, `10s`; `0s` for none: then SIGHUP alone has them read.
    #[secure(default = "10s", needs_restart, validate = acceptable)]
    pub period: Duration,
}

impl Default for ReloadSettings {
    fn default() -> Self {
        Self {
            period: Duration::from_secs(10),
        }
    }
}

/// Whether an interval makes sense.
fn acceptable(period: &Duration) -> Result<(), &'static str> {
    let (least, most) = (Duration::from_millis(100), Duration::from_secs(24 * 60 * 60));
    if period.is_zero() || (least..=most).contains(period) {
        Ok(())
    } else {
        Err("must be from 100ms to 24h, or 0s for never")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_the_default() {
        let none = Vec::<(&str, &str)>::new();
        let loaded = ReloadSettings::loader().vars(none).load().unwrap();
        assert_eq!(loaded, ReloadSettings::default());
    }

    #[test]
    fn the_period_is_bounded() {
        for (period, is_fine) in [
            ("0s", true),
            ("100ms", true),
            ("24h", true),
            ("99ms", false),
            ("25h", false),
        ] {
            let loaded = ReloadSettings::loader().vars([("PERIOD", period)]).load();
            assert_eq!(loaded.is_ok(), is_fine, "{period}");
        }
    }
}
