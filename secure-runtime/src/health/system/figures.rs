//! The figures of one sample.

/// The figures of one sample; `None` where one is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    pub(in crate::health) cpu_usage: Option<f64>,
    pub(in crate::health) memory_usage: Option<f64>,
    pub(in crate::health) disk_free: Option<u64>,
}

impl Figures {
    /// The use of processors since the sample before, from 0 to 100 percent of what this process may use.
    #[must_use]
    pub const fn cpu_usage_percent(&self) -> Option<f64> {
        self.cpu_usage
    }

    /// The use of memory, from 0 to 100 percent of what this process may use.
    #[must_use]
    pub const fn memory_usage_percent(&self) -> Option<f64> {
        self.memory_usage
    }

    /// The bytes free on the disk.
    #[must_use]
    pub const fn disk_free_bytes(&self) -> Option<u64> {
        self.disk_free
    }

    /// The space free on the disk, in gigabytes of 10⁹ bytes.
    #[must_use]
    pub fn disk_free_gb(&self) -> Option<f64> {
        self.disk_free.map(|bytes| bytes as f64 / 1e9)
    }
}
