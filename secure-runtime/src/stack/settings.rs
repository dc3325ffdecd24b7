//! What an operator says about the bounds of requests.

use std::time::Duration;

/// Settings of [`SecureStack`](super::SecureStack).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StackSettings {
    /// How many bytes a request's body may have; 2 MiB unless set.
    pub max_body_bytes: usize,
    /// How long a response may take until it begins; 30 s unless set.
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
