//! What the file says, checked when it is built.

use std::{
    fmt::Write,
    time::{Duration, SystemTime},
};

use super::{
    error::{Flaw, SecurityTxtError},
    expires::Expires,
    layer::SecurityTxtLayer,
    settings::SecurityTxtSettings,
    uri::{canonical_flaw, contact_flaw, key_flaw, language_flaw, web_flaw},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Finds what is wrong with a value.
type Judge = fn(&str) -> Option<&'static str>;

/// More of one kind is a mistake.
const MOST: usize = 32;

/// What a `security.txt` says; see the [module](super).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a file does nothing until it is built"]
pub struct SecurityTxt {
    contacts: Vec<String>,
    expires: Option<Expires>,
    encryption: Vec<String>,
    acknowledgments: Vec<String>,
    languages: Vec<String>,
    canonical: Vec<String>,
    policy: Vec<String>,
    hiring: Vec<String>,
}

impl SecurityTxt {
    /// Says nothing yet: a contact and an expiry are needed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds whom to tell, the preferred one first: `mailto:security@example.com`, `https://…`, `tel:+…`.
    pub fn contact(mut self, uri: impl Into<String>) -> Self {
        self.contacts.push(uri.into());
        self
    }

    /// Sets after when the file is not to be relied on, best less than a year ahead.
    pub fn expires(mut self, moment: impl Into<Expires>) -> Self {
        self.expires = Some(moment.into());
        self
    }

    /// Adds where a key is that reports can be encrypted with: `https://…`, `dns:…` or `openpgp4fpr:…`.
    pub fn encryption(mut self, uri: impl Into<String>) -> Self {
        self.encryption.push(uri.into());
        self
    }

    /// Adds a page that thanks those who reported.
    pub fn acknowledgments(mut self, uri: impl Into<String>) -> Self {
        self.acknowledgments.push(uri.into());
        self
    }

    /// Sets the languages that reports are read in, all of the same rank: `en`, `de`.
    pub fn preferred_languages(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.languages = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Adds where this file is, so that one who finds a copy elsewhere can tell.
    pub fn canonical(mut self, uri: impl Into<String>) -> Self {
        self.canonical.push(uri.into());
        self
    }

    /// Adds the page with the policy on reports.
    pub fn policy(mut self, uri: impl Into<String>) -> Self {
        self.policy.push(uri.into());
        self
    }

    /// Adds a page with open positions in security.
    pub fn hiring(mut self, uri: impl Into<String>) -> Self {
        self.hiring.push(uri.into());
        self
    }

    /// Makes the layer, and logs a warning if the file expires in less than 30 days or more than a year.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn build(&self) -> Result<SecurityTxtLayer, SecurityTxtError> {
        self.build_at(SystemTime::now())
    }

    /// The same at another time than now: for tests.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it then.
    pub fn build_at(&self, now: SystemTime) -> Result<SecurityTxtLayer, SecurityTxtError> {
        let flaws = self.flaws(now);
        if !flaws.is_empty() {
            return Err(SecurityTxtError::new(&flaws));
        }
        if let Some((expires, left)) = self
            .expires
            .and_then(|expires| Some((expires, expires.after(now)?)))
        {
            warn(expires, left);
        }
        Ok(SecurityTxtLayer::new(self.text()))
    }

    /// Returns everything that is wrong with it at this time.
    pub(super) fn flaws(&self, now: SystemTime) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let flaw = |field, variable, reason, remedy| Flaw {
            field,
            variable,
            item: None,
            reason,
            remedy,
            is_expiry: false,
        };
        if self.contacts.is_empty() {
            let remedy = "write mailto:security@example.com";
            flaws.push(flaw("contact", "SECURITY_TXT_CONTACT", "not set", remedy));
        }
        let lists: [(&str, &str, &[String], Judge); 7] = [
            ("contact", "SECURITY_TXT_CONTACT", &self.contacts, contact_flaw),
            (
                "encryption",
                "SECURITY_TXT_ENCRYPTION",
                &self.encryption,
                key_flaw,
            ),
            (
                "acknowledgments",
                "SECURITY_TXT_ACKNOWLEDGMENTS",
                &self.acknowledgments,
                web_flaw,
            ),
            (
                "preferred_languages",
                "SECURITY_TXT_PREFERRED_LANGUAGES",
                &self.languages,
                language_flaw,
            ),
            (
                "canonical",
                "SECURITY_TXT_CANONICAL",
                &self.canonical,
                canonical_flaw,
            ),
            ("policy", "SECURITY_TXT_POLICY", &self.policy, web_flaw),
            ("hiring", "SECURITY_TXT_HIRING", &self.hiring, web_flaw),
        ];
        for (field, variable, values, judge) in lists {
            if values.len() > MOST {
                flaws.push(flaw(
                    field,
                    variable,
                    "more than 32 of them",
                    "leave out the others",
                ));
            }
            for (index, value) in values.iter().take(MOST).enumerate() {
                if let Some(reason) = judge(value) {
                    let (reason, remedy) = reason.split_once("; ").unwrap_or((reason, "write another one"));
                    flaws.push(Flaw {
                        field,
                        variable,
                        item: Some((index, value.chars().take(64).collect())),
                        reason,
                        remedy,
                        is_expiry: false,
                    });
                }
            }
        }
        let (field, variable) = ("expires", "SECURITY_TXT_EXPIRES");
        match self.expires.map(|expires| expires.after(now)) {
            None => {
                let remedy = "write a date at most a year ahead, such as 2027-06-30T00:00:00Z";
                flaws.push(flaw(field, variable, "not set", remedy));
            }
            Some(None) => flaws.push(Flaw {
                item: self.expires.map(|expires| (0, expires.to_string())),
                is_expiry: true,
                ..flaw(
                    field,
                    variable,
                    "has passed",
                    "look over the file and set a new date",
                )
            }),
            Some(Some(_)) => {}
        }
        flaws
    }

    fn text(&self) -> String {
        let mut text = String::with_capacity(256);
        let mut line = |name: &str, value: &dyn std::fmt::Display| {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "{name}: {value}");
        };
        for contact in &self.contacts {
            line("Contact", contact);
        }
        if let Some(expires) = &self.expires {
            line("Expires", expires);
        }
        for (name, values) in [
            ("Encryption", &self.encryption),
            ("Acknowledgments", &self.acknowledgments),
            ("Canonical", &self.canonical),
            ("Policy", &self.policy),
            ("Hiring", &self.hiring),
        ] {
            for value in values {
                line(name, value);
            }
        }
        if !self.languages.is_empty() {
            line("Preferred-Languages", &self.languages.join(", "));
        }
        text
    }
}

fn warn(expires: Expires, left: Duration) {
    let days = left.as_secs() / DAY.as_secs();
    if left < 30 * DAY {
        tracing::warn!(%expires, days, "security.txt expires soon: look over it and set a new SECURITY_TXT_EXPIRES");
    } else if left > 366 * DAY {
        tracing::warn!(%expires, days, "security.txt expires in more than a year: RFC 9116 recommends less");
    }
}

impl From<&SecurityTxtSettings> for SecurityTxt {
    fn from(settings: &SecurityTxtSettings) -> Self {
        Self {
            contacts: settings.contact.clone(),
            expires: settings.expires,
            encryption: settings.encryption.clone(),
            acknowledgments: settings.acknowledgments.clone(),
            languages: settings.preferred_languages.clone(),
            canonical: settings.canonical.clone(),
            policy: settings.policy.clone(),
            hiring: settings.hiring.clone(),
        }
    }
}
