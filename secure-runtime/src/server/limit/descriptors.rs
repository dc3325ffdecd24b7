//! How many connections the process's file descriptors allow.

use rustix::process::{Resource, getrlimit};

/// Descriptors kept for everything but connections: listeners, log, database pools, files.
const KEPT: u64 = 256;

/// The lesser of `wanted` and what the soft limit of open files leaves after `others` and some to spare; never 0.
pub(in crate::server) fn clamp_to_descriptors(wanted: usize, others: usize) -> usize {
    clamp(wanted, others, getrlimit(Resource::Nofile).current)
}

fn clamp(wanted: usize, others: usize, limit: Option<u64>) -> usize {
    let Some(limit) = limit else { return wanted };
    // A tiny limit keeps a quarter of itself.
    let kept = KEPT.min(limit / 4).saturating_add(others as u64);
    let left = limit.saturating_sub(kept).max(1);
    wanted.min(usize::try_from(left).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_descriptors_for_the_rest() {
        assert_eq!(clamp(10_000, 192, None), 10_000);
        assert_eq!(clamp(10_000, 192, Some(1_048_576)), 10_000);
        assert_eq!(clamp(10_000, 192, Some(1024)), 1024 - 256 - 192);
        assert_eq!(clamp(10_000, 192, Some(64)), 1);
    }
}
