//! Reads the figures of the machine and of this process's limits.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::cgroup::Groups;
use super::cpu::{CpuSample, HostTimes};
use super::file::read;
use super::memory::{self, HostMemory};
use super::{Figures, disk, parse};

/// Reads the figures of the machine and of this process's limits.
///
/// Everything comes from `/proc`, `/sys/fs/cgroup` and statvfs(3): where one is missing, as on other systems than Linux, its figure is
/// unknown. A file system that hangs holds [`sample`](Self::sample) up, so never call it in a request; [`Health`](crate::health::Health)
/// has a thread for it.
///
/// # Examples
///
/// ```
/// use std::time::Instant;
///
/// use secure_runtime::health::system::Reader;
///
/// let mut reader = Reader::new("/");
/// let figures = reader.sample(Instant::now());
/// // The use of processors takes two samples.
/// assert_eq!(figures.cpu_usage_percent(), None);
/// ```
#[derive(Debug)]
pub struct Reader {
    root: PathBuf,
    disk: PathBuf,
    earlier: Option<CpuSample>,
}

impl Reader {
    /// A reader that reports the space left on the file system that holds `disk`.
    #[must_use]
    pub fn new(disk: impl Into<PathBuf>) -> Self {
        Self {
            root: PathBuf::from("/"),
            disk: disk.into(),
            earlier: None,
        }
    }

    /// Takes `root` for the root of the file system: a host's, mounted into a container, or a prepared folder in a test.
    #[must_use]
    pub fn with_root(mut self, root: impl Into<PathBuf>) -> Self {
        self.root = root.into();
        self
    }

    /// The figures at `now`; the use of processors is that since the sample before.
    pub fn sample(&mut self, now: Instant) -> Figures {
        let text = |path: &str, limit| read(&self.root.join(path), limit);
        let groups = Groups::find(&self.root);

        let online = text("sys/devices/system/cpu/online", 4096).and_then(|text| parse::processors(&text));
        let host = text("proc/stat", 4096).and_then(|text| HostTimes::parse(&text));
        let cpu = CpuSample {
            at: now,
            host,
            levels: groups.cpu(online),
        };
        let cpu_usage = self
            .earlier
            .as_ref()
            .and_then(|earlier| cpu.percent_since(earlier));
        self.earlier = Some(cpu);

        let host = text("proc/meminfo", 16 * 1024).and_then(|text| HostMemory::parse(&text));
        let relative: &Path = self.disk.strip_prefix("/").unwrap_or(&self.disk);
        Figures {
            cpu_usage,
            memory_usage: memory::usage(host, &groups.memory()),
            disk_free: disk::free(&self.root.join(relative)),
        }
    }
}
