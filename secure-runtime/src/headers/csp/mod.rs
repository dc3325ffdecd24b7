//! Content Security Policy: what a page may load and run.

mod check;
mod directive;
mod template;

use std::str::FromStr;

use http::HeaderValue;

use super::error::{PolicyError, Problems};

pub use self::directive::Directive;
pub(super) use self::template::Template;

/// The header that problems are told of, where it is not known which one it will be.
const HEADER: &str = "content-security-policy";

/// A content security policy (CSP level 3), checked when the headers are built.
///
/// Sources are written as in the header: `'self'`, `https://cdn.example`, `data:`. The source
/// [`Csp::NONCE`] stands for the fresh nonce of each response.
///
/// # Examples
///
/// ```
/// use secure_runtime::headers::{Csp, Directive};
///
/// let csp = Csp::html().add(Directive::ImgSrc, ["https://img.example"]);
/// assert!(csp.check().is_ok());
///
/// // The classic mistake: without quotes this is a host called `self`.
/// let error = Csp::html().add(Directive::ImgSrc, ["self"]).check().unwrap_err();
/// assert_eq!(error.to_string(), "content-security-policy: img-src: write \"'self'\" with its quotes");
///
/// // Text is checked as it is read.
/// assert!("default-src 'none'; img-src 'self'; img-src *".parse::<Csp>().is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Csp {
    directives: Vec<(Directive, Vec<String>)>,
    without_default: bool,
}

impl Csp {
    /// The source that stands for the nonce of each response.
    pub const NONCE: &'static str = "'nonce'";

    /// A policy that says nothing yet. It needs a `default-src`.
    pub fn new() -> Self {
        Self::default()
    }

    /// For answers that are no pages: nothing may be loaded, run, framed or submitted.
    pub fn api() -> Self {
        Self::new()
            .set(Directive::DefaultSrc, ["'none'"])
            .set(Directive::BaseUri, ["'none'"])
            .set(Directive::FormAction, ["'none'"])
            .set(Directive::FrameAncestors, ["'none'"])
    }

    /// For pages: scripts by nonce only, everything else from the own origin.
    pub fn html() -> Self {
        Self::new()
            .set(Directive::DefaultSrc, ["'none'"])
            .set(Directive::ScriptSrc, [Self::NONCE, "'strict-dynamic'"])
            .set(Directive::StyleSrc, ["'self'", Self::NONCE])
            .set(Directive::ImgSrc, ["'self'"])
            .set(Directive::FontSrc, ["'self'"])
            .set(Directive::ConnectSrc, ["'self'"])
            .set(Directive::ManifestSrc, ["'self'"])
            .set(Directive::BaseUri, ["'none'"])
            .set(Directive::FormAction, ["'self'"])
            .set(Directive::FrameAncestors, ["'none'"])
            .set(Directive::ObjectSrc, ["'none'"])
    }

    /// Sets what a directive allows, in place of what it allowed before.
    pub fn set<I>(mut self, directive: Directive, sources: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let sources = sources.into_iter().map(Into::into).collect();
        match self.directives.iter_mut().find(|(known, _)| *known == directive) {
            Some((_, list)) => *list = sources,
            None => self.directives.push((directive, sources)),
        }
        self
    }

    /// Allows more in a directive. A `'none'` it had goes; a directive that was not there starts from
    /// nothing, not from what `default-src` allows.
    pub fn add<I>(mut self, directive: Directive, sources: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let more = sources.into_iter().map(Into::into);
        match self.directives.iter_mut().find(|(known, _)| *known == directive) {
            Some((_, list)) => {
                list.retain(|source| source != "'none'");
                list.extend(more);
            }
            None => self.directives.push((directive, more.collect())),
        }
        self
    }

    /// Takes a directive out, so that `default-src` decides where it can.
    pub fn remove(mut self, directive: Directive) -> Self {
        self.directives.retain(|(known, _)| *known != directive);
        self
    }

    /// Lets the policy do without `default-src`: what no directive names is then allowed.
    pub fn without_default_src(mut self) -> Self {
        self.without_default = true;
        self
    }

    /// Checks the policy, as building the headers does.
    ///
    /// # Errors
    ///
    /// Returns everything that is wrong with it: no `default-src`, an empty list, an unquoted keyword,
    /// `'none'` beside other sources, a fixed nonce, a `;` or `,` in a source, and so on.
    pub fn check(&self) -> Result<(), PolicyError> {
        let mut problems = Problems::default();
        self.review(HEADER, &mut problems);
        problems.finish()
    }

    /// The policy as a header value, for a handler that sets its own.
    ///
    /// # Errors
    ///
    /// Returns what [`check`](Self::check) finds; and a policy with a nonce has no fixed value.
    pub fn to_value(&self) -> Result<HeaderValue, PolicyError> {
        let mut problems = Problems::default();
        self.review(HEADER, &mut problems);
        if self.has_nonce() {
            problems.add(HEADER, "a nonce is made for each response; use the layer");
        }
        let value = HeaderValue::try_from(self.to_text(None));
        if value.is_err() {
            problems.add(HEADER, "cannot stand in a header");
        }
        problems.finish()?;
        // `finish` has returned the error that made this one.
        Ok(value.unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'")))
    }

    /// Adds what is wrong with the policy to `problems`.
    pub(super) fn review(&self, header: &str, problems: &mut Problems) {
        check::review(&self.directives, self.without_default, &mut |reason| {
            problems.add(header, reason)
        });
    }

    /// Whether it has the source that stands for a nonce.
    pub(super) fn has_nonce(&self) -> bool {
        self.directives
            .iter()
            .any(|(_, list)| list.iter().any(|source| source == Self::NONCE))
    }

    /// What a directive allows; `None` when it is not there.
    pub(super) fn sources(&self, directive: Directive) -> Option<&[String]> {
        self.directives
            .iter()
            .find(|(known, _)| *known == directive)
            .map(|(_, list)| list.as_slice())
    }

    /// Whether it allows loading from another origin, or from any.
    pub(super) fn allows_other_origins(&self) -> bool {
        self.directives.iter().any(|(directive, list)| {
            directive.is_fetch()
                && list
                    .iter()
                    .any(|source| !source.starts_with('\'') && !matches!(source.as_str(), "data:" | "blob:"))
        })
    }

    /// The text of the policy with `nonce` at its places; without one the sources for it are left out.
    fn to_text(&self, nonce: Option<&str>) -> String {
        let mut text = String::new();
        for (directive, list) in &self.directives {
            if !text.is_empty() {
                text.push_str("; ");
            }
            text.push_str(directive.as_str());
            let mut written = 0;
            for source in list {
                match nonce {
                    _ if source != Self::NONCE => text.extend([" ", source]),
                    Some(nonce) => text.extend([" 'nonce-", nonce, "'"]),
                    None => continue,
                }
                written += 1;
            }
            if written == 0 && !list.is_empty() {
                text.push_str(" 'none'");
            }
        }
        text
    }
}

impl FromStr for Csp {
    type Err = PolicyError;

    /// Reads a policy as it stands in a header, and [checks](Self::check) it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut problems = Problems::default();
        let mut csp = Self::new();
        for part in text.split(';') {
            let mut words = part.split_ascii_whitespace();
            let Some(name) = words.next() else { continue };
            match Directive::parse(name) {
                None => problems.add(HEADER, format!("{:?} is no directive", check::shorten(name))),
                Some(directive) if csp.sources(directive).is_some() => {
                    problems.add(
                        HEADER,
                        format!(
                            "{} stands twice; browsers read only the first",
                            directive.as_str()
                        ),
                    );
                }
                Some(directive) => csp
                    .directives
                    .push((directive, words.map(str::to_owned).collect())),
            }
        }
        csp.review(HEADER, &mut problems);
        problems.finish()?;
        Ok(csp)
    }
}

#[cfg(test)]
mod tests;
