//! What an operator says about the bounds of requests.

use std::time::Duration;

use secure_config::SecureConfig;

/// Settings of [`SecureStack`](super::SecureStack).
#[derive(Clone, Debug, PartialEq, Eq, SecureConfig)]
#[non_exhaustive]
pub struct StackSettings {
    /// `MAX_BODY_BYTES` that a request's body may have; 2 MiB.
    #[secure(env = "MAX_BODY_BYTES", default = 2_097_152)]
    pub max_body_bytes: usize,
    /// `REQUEST_TIMEOUT`: how long a response may take until it begins; 30 s.
    #[secure(env = "REQUEST_TIMEOUT", default = "30s", validate = some_time)]
    pub request_timeout: Duration,
}

impl Default for StackSettings {
    fn default() -> Self {
        Self {
            max_body_bytes: 2 << 20,
            request_timeout: Duration::from_secs(30),
        }
    }
}

fn some_time(limit: &Duration) -> Result<(), &'static str> {
    if limit.is_zero() {
        Err("leaves no time for a request")
    } else {
        Ok(())
    }
}
