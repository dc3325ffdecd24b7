//! What an operator says about pages of other origins.

use std::time::Duration;

use secure_config::{Check, SecureConfig};

use super::policy::CorsPolicy;

/// Settings of a [`CorsPolicy`], to be nested in a service's own.
///
/// A load [reviews](CorsPolicy::review) the policy in its profile, so a policy of loaded settings builds.
///
/// # Examples
///
/// ```
/// use secure_config::{Profile, SecureConfig};
/// use secure_runtime::cors::{CorsPolicy, CorsSettings};
///
/// let vars = [("CORS_ORIGINS", "https://app.example.com, http://localhost:3000")];
/// let loader = || CorsSettings::loader().vars(vars);
/// let settings = loader().profile(Profile::Development).load()?;
/// assert!(CorsPolicy::from(&settings).profile(Profile::Development).build().is_ok());
///
/// let refused = loader().profile(Profile::Production).load().unwrap_err();
/// assert!(refused.to_string().contains("CORS_ORIGINS  item 2: is the visitor's own machine"));
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, SecureConfig)]
#[secure(check = CorsSettings::review)]
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

impl CorsSettings {
    /// Refuses what the review of the policy finds.
    fn review(&self, check: &mut Check<'_>) {
        let policy = CorsPolicy::from(self).profile(check.profile());
        for finding in policy.review() {
            let field = Self::schema().fields().iter();
            let field = field.filter(|field| field.names() == [finding.setting()]);
            let field = field.map(secure_config::describe::Field::ident).next();
            let field = field.unwrap_or("origins");
            // Each reason is what is wrong, and what to do.
            match (finding.index(), finding.reason().split_once("; ")) {
                (Some(index), Some((reason, remedy))) => check.refuse_item(field, index, reason, remedy),
                (None, Some((reason, remedy))) => check.refuse_with(field, reason, remedy),
                (_, None) => check.refuse(field, finding.reason()),
            }
        }
    }
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

    #[test]
    fn a_load_refuses_what_the_policy_refuses() {
        let vars = [
            ("CORS_ORIGINS", "https://a.example/, *, ftp://b.example"),
            ("CORS_CREDENTIALS", "true"),
            ("CORS_METHODS", "get"),
            ("CORS_HEADERS", "cookie"),
            ("CORS_EXPOSE_HEADERS", "set-cookie"),
            ("CORS_MAX_AGE", "25h"),
        ];
        let refused = CorsSettings::loader().vars(vars).load().unwrap_err();
        let keys: Vec<_> = refused.problems().map(secure_config::Problem::key).collect();
        let want = vars.map(|(name, _)| name);
        assert_eq!(keys, [[want[0]; 3].as_slice(), &want[2..]].concat(), "{refused}");
        // What is wrong and what to do are told apart for every finding.
        assert!(
            refused.problems().all(|problem| problem.remedy().is_some()),
            "{refused}"
        );
    }
}
