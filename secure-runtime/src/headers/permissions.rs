//! Permissions-Policy: which features of the browser a page may use.

use super::error::Problems;

/// The features that the OWASP Secure Headers Project turns off, sorted.
const FEATURES: [&str; 29] = [
    "accelerometer",
    "autoplay",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "cross-origin-isolated",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "interest-cohort",
    "keyboard-map",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "sync-xhr",
    "unload",
    "usb",
    "web-share",
    "xr-spatial-tracking",
];

/// Which features of the browser a page and its frames may use.
///
/// # Examples
///
/// ```
/// use secure_runtime::headers::{PermissionsPolicy, SecurityHeaders};
///
/// let policy = PermissionsPolicy::deny_all()
///     .allow("fullscreen", ["self"])
///     .allow("camera", ["self", "https://meet.example"]);
/// assert!(SecurityHeaders::html().permissions_policy(policy).build().is_ok());
///
/// let origin = PermissionsPolicy::deny_all().allow("camera", ["meet.example"]);
/// assert!(SecurityHeaders::html().permissions_policy(origin).build().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct PermissionsPolicy {
    features: Vec<(String, Vec<String>)>,
}

impl PermissionsPolicy {
    /// Turns off every feature that the OWASP Secure Headers Project lists.
    pub fn deny_all() -> Self {
        Self {
            features: FEATURES
                .iter()
                .map(|&feature| (feature.to_owned(), Vec::new()))
                .collect(),
        }
    }

    /// Allows a feature to `self`, to everyone (`*`), or to the frames of some origins.
    pub fn allow<I>(self, feature: impl Into<String>, to: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.set(feature.into(), to.into_iter().map(Into::into).collect())
    }

    /// Turns off a feature that is not in the list.
    pub fn deny(self, feature: impl Into<String>) -> Self {
        self.set(feature.into(), Vec::new())
    }

    fn set(mut self, feature: String, to: Vec<String>) -> Self {
        match self.features.iter_mut().find(|(known, _)| *known == feature) {
            Some((_, list)) => *list = to,
            None => self.features.push((feature, to)),
        }
        self
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        for (feature, to) in &self.features {
            if !text.is_empty() {
                // The blank that may follow would be sent with each response, 28 times.
                text.push(',');
            }
            text.push_str(feature);
            text.push_str("=(");
            for (n, who) in to.iter().enumerate() {
                if n > 0 {
                    text.push(' ');
                }
                match who.as_str() {
                    "self" | "*" => text.push_str(who),
                    origin => text.extend(["\"", origin, "\""]),
                }
            }
            text.push(')');
        }
        text
    }

    pub(super) fn review(&self, header: &str, problems: &mut Problems) {
        for (feature, to) in &self.features {
            if feature.is_empty()
                || !feature
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            {
                problems.add(header, format!("{feature:?} is no name of a feature"));
            }
            for who in to
                .iter()
                .filter(|who| !matches!(who.as_str(), "self" | "*") && !is_origin(who))
            {
                problems.add(
                    header,
                    format!("{feature}: {who:?} is neither self, * nor an https origin"),
                );
            }
        }
    }
}

/// `https://host` or `https://host:port`, and nothing after.
pub(super) fn is_origin(text: &str) -> bool {
    text.strip_prefix("https://").is_some_and(|host| {
        let host = host.strip_prefix("*.").unwrap_or(host);
        !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_a_structured_field() {
        let policy = PermissionsPolicy { features: Vec::new() }
            .deny("camera")
            .allow("fullscreen", ["self", "https://a.example"])
            .allow("usb", ["*"]);
        assert_eq!(
            policy.to_text(),
            "camera=(),fullscreen=(self \"https://a.example\"),usb=(*)"
        );
    }

    #[test]
    fn the_last_word_counts() {
        let text = PermissionsPolicy::deny_all()
            .allow("camera", ["self"])
            .deny("camera")
            .to_text();
        assert_eq!(text.matches("camera").count(), 1);
        assert!(text.contains("camera=()"));
    }
}
