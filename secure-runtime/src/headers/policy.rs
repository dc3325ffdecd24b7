//! The builder of a policy: which security headers, with which values.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};

use super::{
    Csp, Directive, EmbedderPolicy, FrameOptions, Hsts, OpenerPolicy, PermissionsPolicy, ReferrerPolicy,
    ResourcePolicy,
    csp::Template,
    error::{PolicyError, Problems},
    kept,
    layer::SecurityHeadersLayer,
    merge::{Parts, Policy},
    name,
    permissions::is_origin,
    settings::HeadersSettings,
};

/// The security headers of a service, by profile: [`api`](Self::api) or [`html`](Self::html).
///
/// Everything is checked in [`build`](Self::build); see the [module](super) for what is sent.
#[derive(Clone, Debug)]
#[must_use]
pub struct SecurityHeaders {
    csp: Csp,
    csp_report_only: Option<Csp>,
    hsts: Hsts,
    frame_options: Choice<FrameOptions>,
    embedder_policy: Choice<EmbedderPolicy>,
    referrer_policy: ReferrerPolicy,
    permissions_policy: PermissionsPolicy,
    opener_policy: OpenerPolicy,
    resource_policy: ResourcePolicy,
    reporting_endpoints: Vec<(String, String)>,
    /// Headers with a value of the user's own.
    fixed: Vec<(HeaderName, String)>,
    without: Vec<HeaderName>,
    remove: Vec<HeaderName>,
}

/// A header whose best value follows from the rest of the policy.
#[derive(Clone, Copy, Debug)]
enum Choice<T> {
    Fitting,
    Set(T),
}

impl SecurityHeaders {
    /// For answers that are data: nothing may be loaded, framed, sniffed or stored.
    pub fn api() -> Self {
        Self {
            csp: Csp::api(),
            csp_report_only: None,
            hsts: Hsts::two_years(),
            frame_options: Choice::Fitting,
            embedder_policy: Choice::Fitting,
            referrer_policy: ReferrerPolicy::NoReferrer,
            permissions_policy: PermissionsPolicy::deny_all(),
            opener_policy: OpenerPolicy::SameOrigin,
            resource_policy: ResourcePolicy::SameOrigin,
            reporting_endpoints: Vec::new(),
            fixed: Vec::new(),
            without: Vec::new(),
            remove: vec![header::SERVER, name::X_POWERED_BY],
        }
    }

    /// For pages: the same with [`Csp::html`], so that scripts run by the [nonce](super::CspNonce).
    pub fn html() -> Self {
        Self {
            csp: Csp::html(),
            ..Self::api()
        }
    }

    /// Takes over what an operator may set.
    pub fn settings(self, settings: &HeadersSettings) -> Self {
        self.hsts(settings.hsts())
    }

    /// Sets the content security policy.
    pub fn csp(mut self, csp: Csp) -> Self {
        self.csp = csp;
        self
    }

    /// Sets a second policy that browsers only report on, to try out a stricter one.
    ///
    /// It needs `report-to` or `report-uri`. To enforce none meanwhile, leave the other out:
    /// `.without(header::CONTENT_SECURITY_POLICY)`.
    pub fn csp_report_only(mut self, csp: Csp) -> Self {
        self.csp_report_only = Some(csp);
        self
    }

    /// Names an https address that browsers send reports to (`Reporting-Endpoints`).
    pub fn reporting_endpoint(mut self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.reporting_endpoints.push((name.into(), url.into()));
        self
    }

    /// Sets `Strict-Transport-Security`.
    pub fn hsts(mut self, hsts: Hsts) -> Self {
        self.hsts = hsts;
        self
    }

    /// Sets `X-Frame-Options`. Unset, it says what `frame-ancestors` says, as far as it can.
    pub fn frame_options(mut self, value: FrameOptions) -> Self {
        self.frame_options = Choice::Set(value);
        self
    }

    /// Sets `Referrer-Policy`.
    pub fn referrer_policy(mut self, value: ReferrerPolicy) -> Self {
        self.referrer_policy = value;
        self
    }

    /// Sets `Permissions-Policy`.
    pub fn permissions_policy(mut self, value: PermissionsPolicy) -> Self {
        self.permissions_policy = value;
        self
    }

    /// Sets `Cross-Origin-Opener-Policy`.
    pub fn opener_policy(mut self, value: OpenerPolicy) -> Self {
        self.opener_policy = value;
        self
    }

    /// Sets `Cross-Origin-Resource-Policy`.
    pub fn resource_policy(mut self, value: ResourcePolicy) -> Self {
        self.resource_policy = value;
        self
    }

    /// Sets `Cross-Origin-Embedder-Policy`.
    ///
    /// Unset, it is `require-corp`, and left out when the policy allows loading from other origins: few
    /// of them answer as `require-corp` asks.
    pub fn embedder_policy(mut self, value: EmbedderPolicy) -> Self {
        self.embedder_policy = Choice::Set(value);
        self
    }

    /// Sets any other header, such as `cache-control`, to a fixed value.
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.fixed.push((name, value.into()));
        self
    }

    /// Leaves out one of the headers of the profile.
    pub fn without(mut self, name: HeaderName) -> Self {
        self.without.push(name);
        self
    }

    /// Takes a header out of every answer, as `server` and `x-powered-by` are.
    pub fn remove(mut self, name: HeaderName) -> Self {
        self.remove.push(name);
        self
    }

    /// Checks the policy and makes the layer.
    ///
    /// # Errors
    ///
    /// Returns everything that is wrong with it.
    pub fn build(self) -> Result<SecurityHeadersLayer, PolicyError> {
        let mut problems = Problems::default();
        self.review(&mut problems);
        let plain = self.headers(false, &mut problems);
        let secure = self.headers(true, &mut problems);
        problems.finish()?;

        let sends_csp = !self.without.contains(&header::CONTENT_SECURITY_POLICY);
        Ok(SecurityHeadersLayer::new(Policy::new(Parts {
            plain,
            secure,
            csp: if sends_csp { Template::new(&self.csp) } else { None },
            report_only: self.csp_report_only.as_ref().and_then(Template::new),
            remove: self.remove,
        })))
    }

    /// The headers of a response over a connection that is known to be secure or not.
    fn headers(&self, secure: bool, problems: &mut Problems) -> Vec<(HeaderName, HeaderValue)> {
        let mut list: Vec<(HeaderName, HeaderValue)> = Vec::new();
        let mut put = |name: HeaderName, value: Cow<'static, str>| {
            if self.without.contains(&name) {
                return;
            }
            match ready(value) {
                Some(value) => {
                    list.retain(|(known, _)| *known != name);
                    list.push((name, value));
                }
                // Said once: the other list has the same values.
                None if !secure => problems.add(name.as_str(), "the value cannot stand in a header"),
                None => {}
            }
        };
        put(header::CONTENT_SECURITY_POLICY, self.csp.fixed_text().into());
        if let Some(csp) = &self.csp_report_only {
            put(
                header::CONTENT_SECURITY_POLICY_REPORT_ONLY,
                csp.fixed_text().into(),
            );
        }
        if !self.reporting_endpoints.is_empty() {
            put(name::REPORTING_ENDPOINTS, self.endpoints().into());
        }
        if secure || self.hsts.is_always() {
            put(header::STRICT_TRANSPORT_SECURITY, self.hsts.to_text().into());
        }
        put(header::X_CONTENT_TYPE_OPTIONS, "nosniff".into());
        if let Some(value) = self.fitting_frame_options() {
            put(header::X_FRAME_OPTIONS, value.as_str().into());
        }
        put(header::REFERRER_POLICY, self.referrer_policy.as_str().into());
        put(name::PERMISSIONS_POLICY, self.permissions_policy.to_text().into());
        put(
            name::CROSS_ORIGIN_OPENER_POLICY,
            self.opener_policy.as_str().into(),
        );
        put(
            name::CROSS_ORIGIN_RESOURCE_POLICY,
            self.resource_policy.as_str().into(),
        );
        if let Some(value) = self.fitting_embedder_policy() {
            put(name::CROSS_ORIGIN_EMBEDDER_POLICY, value.as_str().into());
        }
        put(header::CACHE_CONTROL, "no-store, max-age=0".into());
        put(name::X_PERMITTED_CROSS_DOMAIN_POLICIES, "none".into());
        put(header::X_DNS_PREFETCH_CONTROL, "off".into());
        for (name, value) in &self.fixed {
            put(name.clone(), value.clone().into());
        }
        list
    }

    fn endpoints(&self) -> String {
        let endpoints: Vec<_> = self
            .reporting_endpoints
            .iter()
            .map(|(name, url)| format!("{name}=\"{url}\""))
            .collect();
        endpoints.join(", ")
    }

    /// What `X-Frame-Options` can say of `frame-ancestors`; browsers that know both read the latter.
    fn fitting_frame_options(&self) -> Option<FrameOptions> {
        match self.frame_options {
            Choice::Set(value) => Some(value),
            Choice::Fitting => match self.csp.sources(Directive::FrameAncestors) {
                None => Some(FrameOptions::Deny),
                Some([one]) if one == "'none'" => Some(FrameOptions::Deny),
                Some([one]) if one == "'self'" => Some(FrameOptions::SameOrigin),
                Some(_) => None,
            },
        }
    }

    fn fitting_embedder_policy(&self) -> Option<EmbedderPolicy> {
        match self.embedder_policy {
            Choice::Set(value) => Some(value),
            Choice::Fitting if self.csp.allows_other_origins() => None,
            Choice::Fitting => Some(EmbedderPolicy::RequireCorp),
        }
    }

    fn review(&self, problems: &mut Problems) {
        const CSP: &str = "content-security-policy";
        const REPORT_ONLY: &str = "content-security-policy-report-only";

        if !self.without.contains(&header::CONTENT_SECURITY_POLICY) {
            self.csp.review(CSP, problems);
            self.review_reports(CSP, &self.csp, problems);
        }
        if let Some(csp) = &self.csp_report_only {
            csp.review(REPORT_ONLY, problems);
            self.review_reports(REPORT_ONLY, csp, problems);
            if csp.sources(Directive::ReportTo).is_none() && csp.sources(Directive::ReportUri).is_none() {
                problems.add(REPORT_ONLY, "reports to nobody: no report-to, no report-uri");
            }
            if csp.sources(Directive::Sandbox).is_some() {
                problems.add(REPORT_ONLY, "browsers ignore sandbox in it");
            }
        }
        self.hsts
            .review(header::STRICT_TRANSPORT_SECURITY.as_str(), problems);
        self.permissions_policy
            .review(name::PERMISSIONS_POLICY.as_str(), problems);
        for (name, url) in &self.reporting_endpoints {
            let is_key = name.starts_with(|c: char| c.is_ascii_lowercase())
                && name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.*".contains(&b));
            if !is_key {
                problems.add(
                    "reporting-endpoints",
                    format!("{name:?} is no name: lower-case letters, digits, `_-.*`"),
                );
            }
            let origin = url
                .get(8..)
                .and_then(|rest| rest.find('/'))
                .map_or(url.as_str(), |at| &url[..8 + at]);
            if !is_origin(origin) || url.contains(['"', '\\']) {
                problems.add("reporting-endpoints", format!("{url:?} is no https address"));
            }
        }
        self.review_names(problems);
    }

    /// A policy that reports must name an endpoint that exists.
    fn review_reports(&self, header: &str, csp: &Csp, problems: &mut Problems) {
        if let Some([endpoint]) = csp.sources(Directive::ReportTo) {
            if !self.reporting_endpoints.iter().any(|(name, _)| name == endpoint) {
                problems.add(
                    header,
                    format!("report-to: {endpoint:?} is none of the reporting endpoints"),
                );
            }
        }
    }

    fn review_names(&self, problems: &mut Problems) {
        let uses_nonce = self.csp.has_nonce() || self.csp_report_only.as_ref().is_some_and(Csp::has_nonce);
        for (n, (name, value)) in self.fixed.iter().enumerate() {
            let header = name.as_str();
            if self.fixed[..n].iter().any(|(known, _)| known == name) {
                problems.add(header, "is set twice");
            }
            if let Some(reason) = unfit(name) {
                problems.add(header, reason);
            }
            if value.is_empty() {
                problems.add(header, "the value is empty; leave the header out instead");
            }
            if *name == header::CACHE_CONTROL && uses_nonce && !value.contains("no-store") {
                problems.add(
                    header,
                    "a page with a nonce must not be stored: its nonce would be used again",
                );
            }
        }
        for name in &self.without {
            if !PROFILE.contains(name) {
                problems.add(
                    name.as_str(),
                    "cannot be left out: it is no header of the profile",
                );
            }
            if self.fixed.iter().any(|(known, _)| known == name) {
                problems.add(name.as_str(), "is both set and left out");
            }
        }
        for name in &self.remove {
            if *name == header::CONTENT_TYPE {
                problems.add(name.as_str(), "cannot be removed from every answer");
            }
            if PROFILE.contains(name) || self.fixed.iter().any(|(known, _)| known == name) {
                problems.add(name.as_str(), "is both sent and removed");
            }
        }
    }
}

/// The headers that a profile sends.
const PROFILE: [HeaderName; 12] = [
    header::CONTENT_SECURITY_POLICY,
    header::STRICT_TRANSPORT_SECURITY,
    header::X_CONTENT_TYPE_OPTIONS,
    header::X_FRAME_OPTIONS,
    header::REFERRER_POLICY,
    name::PERMISSIONS_POLICY,
    name::CROSS_ORIGIN_OPENER_POLICY,
    name::CROSS_ORIGIN_RESOURCE_POLICY,
    name::CROSS_ORIGIN_EMBEDDER_POLICY,
    header::CACHE_CONTROL,
    name::X_PERMITTED_CROSS_DOMAIN_POLICIES,
    header::X_DNS_PREFETCH_CONTROL,
];

/// Why a header cannot have a fixed value.
fn unfit(name: &HeaderName) -> Option<&'static str> {
    Some(match name.as_str() {
        "content-security-policy"
        | "content-security-policy-report-only"
        | "strict-transport-security"
        | "x-frame-options"
        | "referrer-policy"
        | "permissions-policy"
        | "cross-origin-opener-policy"
        | "cross-origin-resource-policy"
        | "cross-origin-embedder-policy"
        | "reporting-endpoints" => "has a setter of its own, which checks it",
        "x-xss-protection"
        | "expect-ct"
        | "x-download-options"
        | "feature-policy"
        | "public-key-pins"
        | "public-key-pins-report-only" => "is obsolete: browsers ignore it or are harmed by it",
        "connection" | "content-encoding" | "content-length" | "content-range" | "date" | "keep-alive"
        | "te" | "trailer" | "transfer-encoding" | "upgrade" => "belongs to one message",
        "clear-site-data" | "content-type" | "etag" | "location" | "set-cookie" | "www-authenticate" => {
            "belongs to one answer"
        }
        "access-control-allow-origin" | "access-control-allow-credentials" => {
            "belongs to CORS, which decides by the request"
        }
        _ => return None,
    })
}

/// A value that is cheap to clone.
fn ready(text: Cow<'static, str>) -> Option<HeaderValue> {
    match text {
        Cow::Borrowed(text) => HeaderValue::from_maybe_shared(Bytes::from_static(text.as_bytes())).ok(),
        Cow::Owned(text) => {
            HeaderValue::from_str(&text).ok()?;
            let value = HeaderValue::from_maybe_shared(kept::keep(text)).ok()?;
            // Where it is not kept, the first clone is what makes `Bytes` share its text; let no request pay for it.
            drop(value.clone());
            Some(value)
        }
    }
}
