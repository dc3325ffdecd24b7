//! The use of memory.

use super::cgroup::MemoryLevel;
use super::cpu::percent;
use super::parse::value_of;

/// The host's memory, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HostMemory {
    total: u64,
    available: u64,
}

impl HostMemory {
    /// Parses `/proc/meminfo`, proc_meminfo(5).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = |key| value_of(text, key)?.checked_mul(1024);
        Some(Self {
            total: bytes("MemTotal")?,
            available: bytes("MemAvailable")?,
        })
    }
}

/// The share in use, in percent: of the limit that is nearest, otherwise of the host's memory.
pub(super) fn usage(host: Option<HostMemory>, levels: &[MemoryLevel]) -> Option<f64> {
    // Version 1 writes "no limit" as a number beyond any machine's memory.
    let limits = |level: &&MemoryLevel| level.limit < host.map_or(1 << 60, |host| host.total);
    let nearest = levels.iter().filter(limits).map(|level| {
        // A limit of zero is legal, and reached.
        if level.limit == 0 {
            100.0
        } else {
            percent(level.used as f64, level.limit as f64)
        }
    });
    nearest.reduce(f64::max).or_else(|| {
        let host = host.filter(|host| host.total > 0)?;
        Some(percent(
            host.total.saturating_sub(host.available) as f64,
            host.total as f64,
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: Option<HostMemory> = Some(HostMemory {
        total: 1_000,
        available: 400,
    });

    #[test]
    fn the_nearest_limit_counts() {
        let level = |limit, used| MemoryLevel { limit, used };
        assert_eq!(usage(HOST, &[]), Some(60.0));
        assert_eq!(usage(HOST, &[level(9_223_372_036_854_771_712, 5)]), Some(60.0));
        assert_eq!(usage(HOST, &[level(100, 20), level(500, 450)]), Some(90.0));
        assert_eq!(usage(HOST, &[level(0, 0)]), Some(100.0));
        assert_eq!(usage(None, &[level(100, 20)]), Some(20.0));
        assert_eq!(usage(None, &[level(9_223_372_036_854_771_712, 5)]), None);
        assert_eq!(usage(None, &[]), None);
    }

    #[test]
    fn meminfo() {
        let text = "MemTotal:       24684084 kB\nMemFree:  1 kB\nMemAvailable:   24309404 kB\n";
        let host = HostMemory {
            total: 24_684_084 * 1024,
            available: 24_309_404 * 1024,
        };
        assert_eq!(HostMemory::parse(text), Some(host));
        assert_eq!(HostMemory::parse("MemTotal: 1 kB\n"), None);
        assert_eq!(
            HostMemory::parse("MemTotal: 18446744073709551615 kB\nMemAvailable: 1 kB\n"),
            None
        );
    }
}
