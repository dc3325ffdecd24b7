//! What an operator says about contacts.

use std::str::FromStr;

use secure_config::SecureConfig;

use super::{error::SecurityTxtError, expires::Expires, file::SecurityTxt, layer::SecurityTxtLayer};

/// Settings of a [`SecurityTxt`], to be nested in a service's own.
///
/// # Examples
///
/// ```
/// use secure_config::SecureConfig;
/// use secure_runtime::security_txt::SecurityTxtSettings;
///
/// let vars = [("SECURITY_TXT_CONTACT", "mailto:security@example.com"), ("SECURITY_TXT_EXPIRES", "9999-12-31T00:00:00Z")];
/// let settings = SecurityTxtSettings::loader().vars(vars).load()?;
/// assert!(settings.layer().is_ok());
///
/// // A contact needs an expiry.
/// let settings = SecurityTxtSettings::loader().vars([vars[0]]).load()?;
/// assert!(settings.layer().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, SecureConfig)]
#[non_exhaustive]
pub struct SecurityTxtSettings {
    /// `SECURITY_TXT_CONTACT`: whom to tell of a vulnerability, the preferred one first (`mailto:security@example.com`).
    #[secure(env = "SECURITY_TXT_CONTACT", default = "")]
    pub contact: Vec<String>,
    /// `SECURITY_TXT_EXPIRES`: after when the file is not to be relied on (`2027-06-30T00:00:00Z`), at most a year ahead.
    #[secure(env = "SECURITY_TXT_EXPIRES", parse = Expires::from_str)]
    pub expires: Option<Expires>,
    /// `SECURITY_TXT_ENCRYPTION`: where a key for reports is.
    #[secure(env = "SECURITY_TXT_ENCRYPTION", default = "")]
    pub encryption: Vec<String>,
    /// `SECURITY_TXT_ACKNOWLEDGMENTS`: a page that thanks those who reported.
    #[secure(env = "SECURITY_TXT_ACKNOWLEDGMENTS", default = "")]
    pub acknowledgments: Vec<String>,
    /// `SECURITY_TXT_PREFERRED_LANGUAGES` of reports (`en, de`).
    #[secure(env = "SECURITY_TXT_PREFERRED_LANGUAGES", default = "")]
    pub preferred_languages: Vec<String>,
    /// `SECURITY_TXT_CANONICAL`: where the file is (`https://example.com/.well-known/security.txt`).
    #[secure(env = "SECURITY_TXT_CANONICAL", default = "")]
    pub canonical: Vec<String>,
    /// `SECURITY_TXT_POLICY`: the page with the policy on reports.
    #[secure(env = "SECURITY_TXT_POLICY", default = "")]
    pub policy: Vec<String>,
    /// `SECURITY_TXT_HIRING`: a page with open positions in security.
    #[secure(env = "SECURITY_TXT_HIRING", default = "")]
    pub hiring: Vec<String>,
}

impl SecurityTxtSettings {
    /// The layer that serves the file, or nothing if no setting is set.
    ///
    /// # Errors
    ///
    /// Those of [`SecurityTxt::build`].
    pub fn layer(&self) -> Result<SecurityTxtLayer, SecurityTxtError> {
        if *self == Self::default() {
            return Ok(SecurityTxtLayer::none());
        }
        SecurityTxt::from(self).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_the_default_and_serves_nothing() {
        let loaded = SecurityTxtSettings::loader().vars([("", ""); 0]).load().unwrap();
        assert_eq!(loaded, SecurityTxtSettings::default());
        assert_eq!(loaded.layer().unwrap().text(), None);
    }
}
