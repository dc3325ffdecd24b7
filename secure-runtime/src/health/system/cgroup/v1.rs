//! What a version 1 group says of itself: the kernel's `admin-guide/cgroup-v1`.

use std::path::Path;
use std::time::Duration;

use super::{MemoryLevel, file, parse};

/// The number of processors that a quota is worth; `None` without a quota.
pub(super) fn quota(folder: &Path) -> Option<f64> {
    let read = |name| parse::number(&file(folder, name)?);
    super::share(read("cpu.cfs_quota_us")?, read("cpu.cfs_period_us")?)
}

/// The processor time that the group has used.
pub(super) fn used(folder: &Path) -> Option<Duration> {
    parse::number(&file(folder, "cpuacct.usage")?).map(Duration::from_nanos)
}

/// The number of processors that the group may run on.
pub(super) fn processors(folder: &Path) -> Option<u64> {
    parse::processors(&file(folder, "cpuset.effective_cpus")?)
}

/// The limit and what counts against it.
pub(super) fn memory(folder: &Path) -> Option<MemoryLevel> {
    let limit = parse::number(&file(folder, "memory.limit_in_bytes")?)?;
    let usage = parse::number(&file(folder, "memory.usage_in_bytes")?)?;
    let cache = parse::value_of(&file(folder, "memory.stat")?, "total_inactive_file").unwrap_or(0);
    Some(MemoryLevel {
        limit,
        used: usage.saturating_sub(cache),
    })
}
