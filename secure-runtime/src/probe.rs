//! The paths of health checks.

/// The paths that load balancers and orchestrators probe: never limited, never shut, and quiet in the log while all is well.
pub(crate) const PATHS: [&str; 3] = ["/health", "/health/live", "/health/ready"];

/// Whether a path is one of them, to the letter.
#[cfg(any(feature = "access-log", feature = "valkey"))]
#[inline]
pub(crate) fn is_probe(path: &str) -> bool {
    PATHS.contains(&path)
}
