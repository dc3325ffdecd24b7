//! Names of headers that `http` has no constant for.

use http::HeaderName;

/// `cross-origin-embedder-policy`
pub const CROSS_ORIGIN_EMBEDDER_POLICY: HeaderName = HeaderName::from_static("cross-origin-embedder-policy");
/// `cross-origin-opener-policy`
pub const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// `cross-origin-resource-policy`
pub const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// `permissions-policy`
pub const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// `reporting-endpoints`
pub const REPORTING_ENDPOINTS: HeaderName = HeaderName::from_static("reporting-endpoints");
/// `x-permitted-cross-domain-policies`
pub const X_PERMITTED_CROSS_DOMAIN_POLICIES: HeaderName =
    HeaderName::from_static("x-permitted-cross-domain-policies");
/// `x-powered-by`
pub const X_POWERED_BY: HeaderName = HeaderName::from_static("x-powered-by");
