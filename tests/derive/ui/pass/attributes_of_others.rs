//! Other attributes and other derives stand beside ours.
#![allow(dead_code)]

use secure_config::{SecretString, SecureConfig};

/// The settings.
///
/// They have a second paragraph.
#[derive(Debug, SecureConfig)]
#[cfg_attr(any(), secure(prefix = "NEVER_"))]
#[cfg_attr(all(), secure(prefix = "APP_"))]
#[doc(alias = "configuration")]
#[must_use]
#[non_exhaustive]
pub struct Settings {
    /// Where it
    /// listens.
    #[doc(alias = "listen")]
    #[secure(default = 8080)]
    #[secure(range = 1..=65535)]
    pub port: u16,
    #[cfg(any())]
    never: Missing,
    #[deprecated]
    #[allow(deprecated)]
    pub(crate) old: Option<String>,
    #[cfg_attr(all(), secure(generate_in_dev,))]
    secret: SecretString,
    #[secure()]
    pub host: Option<String>,
}

fn main() {
    let settings = Settings::loader().vars([("APP_PORT", "1")]).profile(secure_config::Profile::Development).load();
    assert_eq!(settings.unwrap().port, 1);
    let schema = Settings::schema();
    assert_eq!((schema.name(), schema.prefix()), ("Settings", "APP_"));
    assert_eq!(schema.doc(), "The settings.\n\nThey have a second paragraph.");
    assert_eq!(schema.fields()[0].doc(), "Where it\nlistens.");
}
