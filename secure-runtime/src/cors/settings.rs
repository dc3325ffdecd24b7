//! What an operator says about pages of other origins.

use std::time::Duration;

use secure_config::SecureConfig;

/// Settings of a [`CorsPolicy`](super::CorsPolicy), to be nested in a service's own.
///
/// # Examples
///
/// ```
/// use secure_config::{Profile, SecureConfig};
/// use secure_runtime::cors::{CorsPolicy, CorsSettings};
///
/// let vars = [("CORS_ORIGINS", "https://app.example.com, http://localhost:3000")];
/// let settings = CorsSettings::loader().vars(vars).load()?;
/// let policy = CorsPolicy::from(&settings);
/// assert!(policy.clone().profile(Profile::Development).build().is_ok());
/// assert!(policy.profile(Profile::Production).build().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, SecureConfig)]
#[non_exhaustive]
pub struct CorsSettings {
    /// `CORS_ORIGINS`: pages that may call, as browsers write their origin (`https://app.example.com`); `*` for all, without
    /// credentials; nobody if unset.
    #[secure(env = "CORS_ORIGINS", default = "")]
    pub origins: Vec<String>,
    /// `CORS_CREDENTIALS`: whether they may send cookies; false.
    #[secure(env = "CORS_CREDENTIALS", default = false)]
    pub credentials: bool,
    /// `CORS_METHODS`; `GET, HEAD, POST`.
    #[secure(env = "CORS_METHODS", default = "GET, HEAD, POST")]
    pub methods: Vec<String>,
    /// `CORS_HEADERS`: request headers beside the safe ones; `content-type`.
    #[secure(env = "CORS_HEADERS", default = "content-type")]
    pub headers: Vec<String>,
    /// `CORS_EXPOSE_HEADERS`: response headers that scripts may read; none.
    #[secure(env = "CORS_EXPOSE_HEADERS", default = "")]
    pub expose_headers: Vec<String>,
    /// `CORS_MAX_AGE`: how long browsers may remember what is allowed; an hour.
    #[secure(env = "CORS_MAX_AGE", default = "1h")]
    pub max_age: Duration,
}

impl Default for CorsSettings {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            credentials: false,
            methods: ["GET", "HEAD", "POST"].map(str::to_owned).into(),
            headers: vec!["content-type".to_owned()],
            expose_headers: Vec::new(),
            max_age: Duration::from_secs(60 * 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_the_default() {
        let loaded = CorsSettings::loader().vars([("", ""); 0]).load().unwrap();
        assert_eq!(loaded, CorsSettings::default());
    }
}
