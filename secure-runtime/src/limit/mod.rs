//! Limits how often something may be done: by everyone, by a client, by a user.

mod algorithm;
mod clock;
mod error;
mod key;
mod limiter;
mod parse;
mod quota;
mod rate;
mod siphash;
mod table;
mod verdict;
mod window;

pub use self::{
    clock::Clock,
    error::InvalidQuota,
    key::Key,
    limiter::Limiter,
    quota::Quota,
    verdict::{Allowance, Refusal},
};
