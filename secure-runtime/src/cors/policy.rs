//! What a service allows, before it is reviewed.

use std::time::Duration;

use secure_config::Profile;

use super::{answer::Answers, error::CorsError, layer::CorsLayer, review, settings::CorsSettings};

/// What pages of other origins may do; see the [module](super).
///
/// Nobody is allowed anything until an [`origin`](Self::origin) is. Then it is GET, HEAD and POST without credentials, with
/// `Content-Type` as the only header that is not safe by itself, and browsers may remember that for an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing until it is built"]
pub struct CorsPolicy {
    pub(super) profile: Profile,
    pub(super) origins: Vec<String>,
    pub(super) credentials: bool,
    pub(super) methods: Vec<String>,
    pub(super) headers: Vec<String>,
    pub(super) expose: Vec<String>,
    pub(super) max_age: Duration,
}

impl CorsPolicy {
    /// Allows nobody yet.
    pub fn new() -> Self {
        Self::from(&CorsSettings::default())
    }

    /// The profile that decides whether pages of this machine (`http://localhost:3000`) may be listed; production if unsaid.
    pub const fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Allows an origin, written as browsers send it: `https://app.example.com`, with a port only if it is not 443.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Allows these origins.
    pub fn origins(mut self, origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.origins.extend(origins.into_iter().map(Into::into));
        self
    }

    /// Allows every page to read what everyone may: `*`. It goes without credentials.
    pub fn any_origin(self) -> Self {
        self.origin("*")
    }

    /// Whether requests may carry cookies and other credentials that the browser adds by itself.
    ///
    /// A token that the page itself puts into `Authorization` needs none of this, but that header among the
    /// [`headers`](Self::headers).
    pub const fn credentials(mut self, allowed: bool) -> Self {
        self.credentials = allowed;
        self
    }

    /// The methods that are allowed, instead of GET, HEAD and POST.
    ///
    /// Those three are always allowed by browsers; the others (`PUT`, `PATCH`, `DELETE`) are in upper case, as methods are
    /// compared by case.
    pub fn methods(mut self, methods: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.methods = texts(methods);
        self
    }

    /// The request headers that are allowed beside the safe ones, instead of `content-type`; `*`, without credentials, is all of them
    /// but `authorization` (the Fetch standard §4.9).
    pub fn headers(mut self, headers: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.headers = texts(headers);
        self
    }

    /// The response headers that scripts may read beside the safe ones: `x-request-id`, `retry-after`.
    pub fn expose_headers(mut self, headers: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.expose = texts(headers);
        self
    }

    /// How long browsers may remember a preflight's answer, in whole seconds; an hour if unsaid, zero for not at all.
    pub const fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    /// The origins that are allowed, as they were listed; `*` is everyone.
    #[must_use]
    pub fn listed(&self) -> &[String] {
        &self.origins
    }

    /// What is wrong with the policy; nothing, as a rule.
    #[must_use]
    pub fn review(&self) -> Vec<super::Finding> {
        review::review(self)
    }

    /// Makes the layer.
    ///
    /// # Errors
    ///
    /// Everything that the [review](Self::review) finds.
    pub fn build(&self) -> Result<CorsLayer, CorsError> {
        let findings = self.review();
        if findings.is_empty() {
            Ok(CorsLayer::new(Answers::of(self)))
        } else {
            Err(CorsError::new(findings))
        }
    }
}

impl Default for CorsPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl From<&CorsSettings> for CorsPolicy {
    fn from(settings: &CorsSettings) -> Self {
        Self {
            profile: Profile::Production,
            origins: settings.origins.clone(),
            credentials: settings.credentials,
            methods: settings.methods.clone(),
            headers: settings.headers.clone(),
            expose: settings.expose_headers.clone(),
            max_age: settings.max_age,
        }
    }
}

fn texts(items: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    items.into_iter().map(|item| item.as_ref().to_owned()).collect()
}
