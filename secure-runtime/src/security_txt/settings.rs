//! What an operator says about contacts.

use std::{str::FromStr, time::SystemTime};

use secure_config::{Check, SecureConfig};

use super::{error::SecurityTxtError, expires::Expires, file::SecurityTxt, layer::SecurityTxtLayer};

/// Settings of a [`SecurityTxt`], to be nested in a service's own.
///
/// A load refuses what [`SecurityTxt::build`] refuses. Only an expiry that has passed is a warning: no reason for a service to stay down.
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
/// assert!(SecurityTxtSettings::loader().vars([vars[0]]).load().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, SecureConfig)]
#[secure(check = SecurityTxtSettings::review)]
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
    /// Returns the layer that serves the file, or nothing if no setting is set.
    ///
    /// A file that has expired is not served, and an error is logged.
    ///
    /// # Errors
    ///
    /// Those of [`SecurityTxt::build`]; loaded settings have none.
    pub fn layer(&self) -> Result<SecurityTxtLayer, SecurityTxtError> {
        if *self == Self::default() {
            return Ok(SecurityTxtLayer::none());
        }
        match SecurityTxt::from(self).build() {
            Err(error) if error.is_expired() => {
                tracing::error!(%error, "security.txt is not served");
                Ok(SecurityTxtLayer::none())
            }
            built => built,
        }
    }

    fn review(&self, check: &mut Check<'_>) {
        if *self == Self::default() {
            return;
        }
        for flaw in SecurityTxt::from(self).flaws(SystemTime::now()) {
            match flaw.item {
                _ if flaw.is_expiry => check.warn(flaw.field, flaw.reason, flaw.remedy),
                Some((index, _)) => check.refuse_item(flaw.field, index, flaw.reason, flaw.remedy),
                None => check.refuse_with(flaw.field, flaw.reason, flaw.remedy),
            }
        }
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

    #[test]
    fn a_load_refuses_what_makes_no_file() {
        let refused = |vars: &[(&'static str, &'static str)]| {
            let loaded = SecurityTxtSettings::loader().vars(vars.to_vec()).load();
            let refused = loaded.unwrap_err();
            refused.problems().map(ToString::to_string).collect::<Vec<_>>()
        };
        let lines = refused(&[
            ("SECURITY_TXT_CONTACT", "mailto:a@example.com, security"),
            ("SECURITY_TXT_POLICY", "http://example.com"),
        ]);
        let starts = [
            "SECURITY_TXT_CONTACT item 2: no contact",
            "SECURITY_TXT_POLICY item 1: anyone on the network",
            "SECURITY_TXT_EXPIRES not set",
        ];
        assert_eq!(lines.len(), starts.len(), "{lines:?}");
        for (line, start) in lines.iter().zip(starts) {
            assert!(line.starts_with(start), "{start} in {line}");
        }
        let lines = refused(&[("SECURITY_TXT_EXPIRES", "9999-12-31T00:00:00Z")]);
        assert!(lines[0].starts_with("SECURITY_TXT_CONTACT not set"), "{lines:?}");
    }

    #[test]
    fn what_has_expired_is_a_warning_and_not_served() {
        let vars = [
            ("SECURITY_TXT_CONTACT", "mailto:a@example.com"),
            ("SECURITY_TXT_EXPIRES", "2020-01-01T00:00:00Z"),
        ];
        let (settings, report) = SecurityTxtSettings::loader()
            .vars(vars)
            .load_with_report()
            .unwrap();
        assert_eq!(report.warnings().len(), 1, "{report}");
        assert_eq!(settings.layer().unwrap().text(), None);
    }
}
