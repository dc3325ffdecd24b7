//! The use of processors between two samples.

use std::time::Instant;

use super::cgroup::CpuLevel;

/// The counters at one moment.
#[derive(Clone, Debug)]
pub(super) struct CpuSample {
    pub(super) at: Instant,
    pub(super) host: Option<HostTimes>,
    /// The groups that limit this process.
    pub(super) levels: Vec<CpuLevel>,
}

/// What all processors of the host have done since it started, in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HostTimes {
    busy: u64,
    total: u64,
}

impl HostTimes {
    /// Parses the first line of `/proc/stat`, proc_stat(5).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut columns = text
            .lines()
            .next()?
            .strip_prefix("cpu ")?
            .split_ascii_whitespace();
        // user, nice, system, idle, iowait, irq, softirq, steal. The time of guests, which follows, is in user and nice already.
        let mut times = [0_u64; 8];
        for time in &mut times {
            match columns.next() {
                Some(column) => *time = column.parse().ok()?,
                None => break,
            }
        }
        let total = times.iter().fold(0_u64, |sum, &time| sum.saturating_add(time));
        let idle = times[3].saturating_add(times[4]);
        Some(Self {
            busy: total.saturating_sub(idle),
            total,
        })
    }
}

impl CpuSample {
    /// The share in use since `earlier`, in percent of what this process may use; `None` when the two cannot be compared.
    ///
    /// Under a limit it is the use of the limited group that is nearest to its limit, otherwise the host's.
    pub(super) fn percent_since(&self, earlier: &Self) -> Option<f64> {
        if self.levels.is_empty() {
            let (now, then) = (self.host?, earlier.host?);
            // Counters may go back a little (a processor taken away, the kernel's estimate of iowait).
            let total = now.total.saturating_sub(then.total);
            let busy = now.busy.saturating_sub(then.busy);
            return (total > 0).then(|| percent(busy as f64, total as f64));
        }
        let elapsed = self.at.saturating_duration_since(earlier.at).as_secs_f64();
        let of_level = |level: &CpuLevel| {
            let then = earlier.levels.iter().find(|other| other.folder == level.folder)?;
            let used = level.used.saturating_sub(then.used).as_secs_f64();
            let available = elapsed * level.limit;
            (available > 0.0).then(|| percent(used, available))
        };
        self.levels.iter().filter_map(of_level).reduce(f64::max)
    }
}

/// `part` of `whole` in percent, at most 100: quotas may be overrun for a moment.
pub(super) fn percent(part: f64, whole: f64) -> f64 {
    (part / whole * 100.0).clamp(0.0, 100.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn guests_are_not_counted_twice() {
        let times = HostTimes::parse("cpu  10 20 30 400 50 6 7 8 900 900\ncpu0 1\n").unwrap();
        assert_eq!(times, HostTimes { busy: 81, total: 531 });
        assert_eq!(
            HostTimes::parse("cpu 1 2 3 4\n"),
            Some(HostTimes { busy: 6, total: 10 })
        );
        assert_eq!(HostTimes::parse("cpu0 1 2 3 4\n"), None);
        assert_eq!(HostTimes::parse("cpu a b\n"), None);
    }

    #[test]
    fn the_host_counts_without_limits() {
        let at = Instant::now();
        let sample = |busy, total| CpuSample {
            at,
            host: Some(HostTimes { busy, total }),
            levels: Vec::new(),
        };
        assert_eq!(sample(150, 400).percent_since(&sample(100, 200)), Some(25.0));
        assert_eq!(sample(100, 200).percent_since(&sample(100, 200)), None);
        assert_eq!(sample(90, 300).percent_since(&sample(100, 200)), Some(0.0));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in any::<String>(), times in proptest::collection::vec(any::<u64>(), 0..12)) {
            let _ = HostTimes::parse(&text);
            let line: String = times.iter().map(|time| format!(" {time}")).collect();
            let parsed = HostTimes::parse(&format!("cpu {line}\n"));
            prop_assert!(parsed.is_some_and(|times| times.busy <= times.total));
        }
    }
}
