//! The limits that control groups set this process, in both versions of the interface.
//!
//! A limit holds for a group and for all below it, so every level from the process's own group up to what the mount shows is read.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::file::read;
use super::parse;

use membership::Membership;
use mounts::Mount;

mod membership;
mod mounts;
mod v1;
mod v2;

/// A group deeper than this is not walked to its end.
const MAX_LEVELS: usize = 32;

/// A group with a limit on processor time, and what it has used of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CpuLevel {
    pub(super) folder: PathBuf,
    /// The limit, in processors.
    pub(super) limit: f64,
    pub(super) used: Duration,
}

/// A group with a limit on memory, and what counts against it, in bytes.
///
/// File cache that the kernel drops when memory is wanted does not count, as in the kubelet's working set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MemoryLevel {
    pub(super) limit: u64,
    pub(super) used: u64,
}

/// The groups that this process is in.
#[derive(Debug)]
pub(super) struct Groups {
    cpu: Option<Hierarchy>,
    /// Version 1 counts processor time in a hierarchy of its own.
    accounting: Option<Hierarchy>,
    cpuset: Option<Hierarchy>,
    memory: Option<Hierarchy>,
}

/// The folders of a group and its parents in the hierarchy of one controller, innermost first.
#[derive(Debug)]
struct Hierarchy {
    version: Version,
    path: String,
    levels: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    First,
    Second,
}

impl Groups {
    /// Finds the groups through `/proc/self` under `system_root`.
    pub(super) fn find(system_root: &Path) -> Self {
        let text = |path, limit| read(&system_root.join(path), limit).unwrap_or_default();
        let membership = text("proc/self/cgroup", 64 * 1024);
        let membership = Membership::parse(&membership);
        let mounts = Mount::parse(&text("proc/self/mountinfo", 1024 * 1024));
        let find = |controller| Hierarchy::find(system_root, &membership, &mounts, controller);
        Self {
            cpu: find("cpu"),
            accounting: find("cpuacct"),
            cpuset: find("cpuset"),
            memory: find("memory"),
        }
    }

    /// The levels that limit processor time below `online` processors.
    pub(super) fn cpu(&self, online: Option<u64>) -> Vec<CpuLevel> {
        let Some((cpu, accounting)) = self.cpu.as_ref().zip(self.accounting.as_ref()) else {
            return Vec::new();
        };
        // Where version 1 counts in another group than it limits in, the two figures do not belong together.
        if cpu.version != accounting.version || cpu.path != accounting.path {
            return Vec::new();
        }
        let mut levels = Vec::new();
        for (index, (folder, counted)) in cpu.levels.iter().zip(&accounting.levels).enumerate() {
            let mut limit = match cpu.version {
                Version::First => v1::quota(folder),
                Version::Second => v2::quota(folder),
            };
            if index == 0 {
                let allowed = self.processors().map(|count| count as f64);
                limit = limit.into_iter().chain(allowed).reduce(f64::min);
            }
            let Some(limit) = limit.filter(|&limit| online.is_none_or(|online| limit < online as f64)) else {
                continue;
            };
            let used = match cpu.version {
                Version::First => v1::used(counted),
                Version::Second => v2::used(counted),
            };
            if let Some(used) = used {
                levels.push(CpuLevel {
                    folder: folder.clone(),
                    limit,
                    used,
                });
            }
        }
        levels
    }

    /// The levels that limit memory.
    pub(super) fn memory(&self) -> Vec<MemoryLevel> {
        let Some(memory) = &self.memory else {
            return Vec::new();
        };
        let level = |folder: &PathBuf| match memory.version {
            Version::First => v1::memory(folder),
            Version::Second => v2::memory(folder),
        };
        memory.levels.iter().filter_map(level).collect()
    }

    /// The number of processors that the innermost group may run on; its parents' are no fewer.
    fn processors(&self) -> Option<u64> {
        let cpuset = self.cpuset.as_ref()?;
        let innermost = cpuset.levels.first()?;
        match cpuset.version {
            Version::First => v1::processors(innermost),
            Version::Second => v2::processors(innermost),
        }
    }
}

impl Hierarchy {
    /// The hierarchy that watches the process for `controller`: version 1 where it has the controller, else version 2.
    fn find(root: &Path, membership: &Membership<'_>, mounts: &[Mount], controller: &str) -> Option<Self> {
        let first = || {
            let path = membership.first(controller)?;
            Some((
                Version::First,
                path,
                mounts.iter().find(|mount| mount.is_first(controller))?,
            ))
        };
        let second = || {
            let path = membership.second()?;
            Some((
                Version::Second,
                path,
                mounts.iter().find(|mount| mount.is_second())?,
            ))
        };
        let (version, path, mount) = first().or_else(second)?;
        let mut levels = mount.levels(path, root);
        levels.truncate(MAX_LEVELS);
        Some(Self {
            version,
            path: path.to_owned(),
            levels,
        })
    }
}

/// The text of a group's file.
fn file(folder: &Path, name: &str) -> Option<String> {
    read(&folder.join(name), 64 * 1024)
}

/// The number of processors that `quota` in each `period` is worth.
fn share(quota: u64, period: u64) -> Option<f64> {
    (quota > 0 && period > 0).then(|| quota as f64 / period as f64)
}
