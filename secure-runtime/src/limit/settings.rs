//! What an operator says about limits.

use std::str::FromStr;

use secure_config::SecureConfig;

use super::{Limiter, Quota};

/// Settings of [`Limits`](super::Limits), to be nested in a service's own.
///
/// # Examples
///
/// ```
/// use secure_config::SecureConfig;
/// use secure_runtime::limit::LimitSettings;
///
/// let settings = LimitSettings::loader().vars([("LIMIT_CLIENT", "100 per minute")]).load()?;
/// assert_eq!(settings.client.to_string(), "100/m");
/// assert_eq!(settings.global, None);
///
/// assert!(LimitSettings::loader().vars([("LIMIT_CLIENT", "a lot")]).load().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, SecureConfig)]
#[non_exhaustive]
pub struct LimitSettings {
    /// `LIMIT_GLOBAL`: what everyone may do together (`5000/s burst 10000`); unlimited if unset.
    #[secure(env = "LIMIT_GLOBAL", parse = Quota::from_str)]
    pub global: Option<Quota>,
    /// `LIMIT_CLIENT`: what a client may do; `50/s burst 200`.
    #[secure(env = "LIMIT_CLIENT", default = "50/s burst 200", parse = Quota::from_str)]
    pub client: Quota,
    /// `LIMIT_MAX_KEYS`: how many clients there is room for; 65,536, in 16 to 40 bytes each.
    #[secure(env = "LIMIT_MAX_KEYS", default = 65_536, range = 16..=67_108_864)]
    pub max_keys: usize,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            global: None,
            client: Quota::CLIENT,
            max_keys: Limiter::DEFAULT_PLACES,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_the_default() {
        let none = Vec::<(&str, &str)>::new();
        assert_eq!(
            LimitSettings::loader().vars(none).load().unwrap(),
            LimitSettings::default()
        );
    }

    #[test]
    fn room_is_bounded() {
        for keys in ["15", "67108865"] {
            assert!(
                LimitSettings::loader()
                    .vars([("LIMIT_MAX_KEYS", keys)])
                    .load()
                    .is_err()
            );
        }
    }
}
