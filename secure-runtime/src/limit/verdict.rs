//! What a limiter answers.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::Response;

use super::{algorithm::Outcome, fields, policy::Policy, service::exceeded, shared::Told};

/// One request is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    remaining: u32,
    more_in_nanos: u64,
}

impl Allowance {
    #[cfg(feature = "valkey")]
    pub(crate) fn new(remaining: u32, more_in: Duration) -> Self {
        Self {
            remaining,
            more_in_nanos: nanos(more_in),
        }
    }

    /// How many more are allowed right now.
    #[must_use]
    pub const fn remaining(&self) -> u32 {
        self.remaining
    }

    /// How long until more are allowed than now; zero if nothing is used.
    #[must_use]
    pub const fn more_in(&self) -> Duration {
        Duration::from_nanos(self.more_in_nanos)
    }
}

/// A request is over its quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    retry_after_nanos: u64,
    policy: Policy,
}

impl Refusal {
    pub(super) fn new(retry_after_nanos: u64, policy: &Policy) -> Self {
        Self {
            retry_after_nanos,
            policy: policy.clone(),
        }
    }

    /// Returns how long to wait. Another request before that is refused, too, and changes nothing.
    #[must_use]
    pub const fn retry_after(&self) -> Duration {
        Duration::from_nanos(self.retry_after_nanos)
    }

    /// Returns the name of the limit that refuses.
    #[must_use]
    pub fn limit(&self) -> &str {
        self.policy.name()
    }

    /// Makes the response of a handler that refuses: 429 with `Retry-After`, `RateLimit`, `RateLimit-Policy` and a problem body.
    #[must_use]
    pub fn into_response<B: From<Bytes>>(self) -> Response<B> {
        let mut limit = String::with_capacity(self.limit().len() + 32);
        fields::limit(&mut limit, self.limit(), 0, self.retry_after());
        let told = Told::new(self.policy.item().to_owned(), limit);
        let mut response = exceeded()
            .member("violated-policies", [self.limit()])
            .retry_after(self.retry_after())
            .into_response();
        if let Some(told) = told {
            told.add_to(response.headers_mut());
        }
        response
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "over the quota; to be tried again in {} s",
            whole_seconds(self.retry_after())
        )
    }
}

impl std::error::Error for Refusal {}

impl Outcome {
    #[inline]
    pub(super) fn into_result(self, policy: &Policy) -> Result<Allowance, Refusal> {
        if self.allowed {
            Ok(Allowance {
                remaining: self.remaining,
                more_in_nanos: self.more_in,
            })
        } else {
            Err(Refusal::new(self.more_in, policy))
        }
    }
}

#[cfg(feature = "valkey")]
pub(super) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Seconds, rounded up: who comes back then is not refused for a fraction.
pub(super) const fn whole_seconds(time: Duration) -> u64 {
    time.as_secs().saturating_add((time.subsec_nanos() > 0) as u64)
}
