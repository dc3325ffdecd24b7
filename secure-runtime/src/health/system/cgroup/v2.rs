//! What a version 2 group says of itself: the kernel's `admin-guide/cgroup-v2`.

use std::path::Path;
use std::time::Duration;

use super::{MemoryLevel, file, parse};

/// The number of processors that `cpu.max` is worth; `None` without a quota.
pub(super) fn quota(folder: &Path) -> Option<f64> {
    let text = file(folder, "cpu.max")?;
    let (quota, period) = text.trim().split_once(' ')?;
    super::share(quota.parse().ok()?, period.parse().ok()?)
}

/// The processor time that the group has used.
pub(super) fn used(folder: &Path) -> Option<Duration> {
    parse::value_of(&file(folder, "cpu.stat")?, "usage_usec").map(Duration::from_micros)
}

/// The number of processors that the group may run on.
pub(super) fn processors(folder: &Path) -> Option<u64> {
    parse::processors(&file(folder, "cpuset.cpus.effective")?)
}

/// The limit and what counts against it.
pub(super) fn memory(folder: &Path) -> Option<MemoryLevel> {
    let limit = parse::number(&file(folder, "memory.max")?)?;
    let usage = parse::number(&file(folder, "memory.current")?)?;
    let cache = parse::value_of(&file(folder, "memory.stat")?, "inactive_file").unwrap_or(0);
    Some(MemoryLevel {
        limit,
        used: usage.saturating_sub(cache),
    })
}
