//! Figures of the process, from `/proc`.
//!
//! The names are those that Prometheus' own clients use, so they have no prefix.

use std::{
    fs::{self, File},
    io::Read,
    sync::Arc,
};

use super::{
    encode::{Meta, Writer, sample},
    error::MetricsError,
    name::Kind,
    registry::{Registry, Source},
};

/// The most that is read of a file; all of them are shorter.
const MAX_LEN: u64 = 16 * 1024;

/// Adds the figures to a registry.
pub(super) fn register(registry: &Registry) -> Result<(), MetricsError> {
    let figure = |name: &'static str, help: &str, kind| -> Result<Figure, MetricsError> {
        let (name, meta) = registry.describe_whole(name, help, kind, &[])?;
        Ok(Figure {
            meta,
            line: sample(&name, ""),
        })
    };
    let process = Process {
        units: Units::read(),
        cpu: figure(
            "process_cpu_seconds_total",
            "CPU time used, in user and system mode.",
            Kind::Counter,
        )?,
        resident: figure(
            "process_resident_memory_bytes",
            "Memory that is in RAM.",
            Kind::Gauge,
        )?,
        virtual_: figure(
            "process_virtual_memory_bytes",
            "Address space in use.",
            Kind::Gauge,
        )?,
        threads: figure("process_threads", "Threads.", Kind::Gauge)?,
        open_fds: figure("process_open_fds", "Open file descriptors.", Kind::Gauge)?,
        max_fds: figure(
            "process_max_fds",
            "The most file descriptors that may be open.",
            Kind::Gauge,
        )?,
        start: figure(
            "process_start_time_seconds",
            "When the process began, in seconds since 1970.",
            Kind::Gauge,
        )?,
    };
    registry.add(Arc::new(process));
    Ok(())
}

struct Process {
    units: Units,
    cpu: Figure,
    resident: Figure,
    virtual_: Figure,
    threads: Figure,
    open_fds: Figure,
    max_fds: Figure,
    start: Figure,
}

struct Figure {
    meta: Meta,
    line: String,
}

impl Figure {
    /// What is not known is left out.
    fn write(&self, out: &mut Writer, value: Option<f64>) {
        if let Some(value) = value {
            out.family(&self.meta);
            out.float(&self.line, value);
        }
    }
}

impl Source for Process {
    fn write(&self, out: &mut Writer) {
        let stat = read("/proc/self/stat").as_deref().and_then(Stat::parse);
        let units = &self.units;
        let of = |read: fn(&Stat, &Units) -> f64| stat.as_ref().map(|stat| read(stat, units));
        self.cpu
            .write(out, of(|stat, units| stat.cpu_ticks as f64 / units.ticks));
        self.resident
            .write(out, of(|stat, units| stat.resident_pages as f64 * units.page));
        self.virtual_.write(out, of(|stat, _| stat.virtual_bytes as f64));
        self.threads.write(out, of(|stat, _| stat.threads as f64));
        // The descriptor that reads the directory is one of them.
        let open = fs::read_dir("/proc/self/fd")
            .ok()
            .map(|entries| entries.count().saturating_sub(1) as f64);
        self.open_fds.write(out, open);
        self.max_fds
            .write(out, read("/proc/self/limits").as_deref().and_then(max_files));
        let start = stat
            .as_ref()
            .zip(units.boot)
            .map(|(stat, boot)| boot + stat.start_ticks as f64 / units.ticks);
        self.start.write(out, start);
    }
}

fn read(path: &str) -> Option<String> {
    let mut text = String::with_capacity(1_024);
    File::open(path)
        .ok()?
        .take(MAX_LEN)
        .read_to_string(&mut text)
        .ok()?;
    Some(text)
}

/// What `/proc/self/stat` says (proc_pid_stat(5)).
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    cpu_ticks: u64,
    threads: u64,
    start_ticks: u64,
    virtual_bytes: u64,
    resident_pages: u64,
}

impl Stat {
    fn parse(text: &str) -> Option<Self> {
        // The name of the program is in brackets, and may hold any of them.
        let (_, rest) = text.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        // As the manual counts them; the first of these is the third.
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        Some(Self {
            cpu_ticks: field(14)? + field(15)?,
            threads: field(20)?,
            start_ticks: field(22)?,
            virtual_bytes: field(23)?,
            resident_pages: field(24)?,
        })
    }
}

/// The soft limit of open files, from `/proc/self/limits`.
fn max_files(text: &str) -> Option<f64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    match line.split_ascii_whitespace().next()? {
        "unlimited" => Some(f64::INFINITY),
        number => number.parse().ok(),
    }
}

/// What the numbers in `/proc` count.
#[derive(Debug, PartialEq)]
struct Units {
    /// Ticks in a second.
    ticks: f64,
    /// Bytes in a page.
    page: f64,
    /// When the machine began, in seconds since 1970.
    boot: Option<f64>,
}

impl Units {
    fn read() -> Self {
        let auxv = fs::read("/proc/self/auxv").unwrap_or_default();
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        Self {
            // AT_CLKTCK and AT_PAGESZ (getauxval(3)); all but exotic machines have the values behind them.
            ticks: auxiliary(&auxv, 17).unwrap_or(100) as f64,
            page: auxiliary(&auxv, 6).unwrap_or(4_096) as f64,
            boot: stat
                .lines()
                .find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok()),
        }
    }
}

/// An entry of the auxiliary vector, which is pairs of a kind and a value.
fn auxiliary(auxv: &[u8], kind: usize) -> Option<usize> {
    const WORD: usize = size_of::<usize>();

    auxv.chunks_exact(2 * WORD).find_map(|pair| {
        let word = |bytes: &[u8]| Some(usize::from_ne_bytes(bytes.try_into().ok()?));
        (word(&pair[..WORD])? == kind).then(|| word(&pair[WORD..]))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_stat_whatever_the_program_is_called() {
        let text = "77 (a ) b) S 1 77 77 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 9 0 123456 104857600 2560 18446744073709551615 1 1";
        let expected = Stat {
            cpu_ticks: 300,
            threads: 9,
            start_ticks: 123_456,
            virtual_bytes: 104_857_600,
            resident_pages: 2_560,
        };
        assert_eq!(Stat::parse(text), Some(expected));
        for broken in [
            "",
            "77 (x",
            "77 (x) S 1 2",
            "77 (x) S a b c d e f g h i j k l m n o p q r s t u v w",
        ] {
            assert_eq!(Stat::parse(broken), None, "{broken}");
        }
    }

    #[test]
    fn reads_limits() {
        let text = "Limit    Soft Limit   Hard Limit   Units\nMax open files            1024                 1048576              files\n";
        assert_eq!(max_files(text), Some(1_024.0));
        assert_eq!(
            max_files("Max open files   unlimited unlimited files"),
            Some(f64::INFINITY)
        );
        assert_eq!(max_files(""), None);
    }

    #[test]
    fn reads_the_auxiliary_vector() {
        let mut auxv = Vec::new();
        for word in [6_usize, 16_384, 17, 250, 0, 0] {
            auxv.extend_from_slice(&word.to_ne_bytes());
        }
        assert_eq!(auxiliary(&auxv, 6), Some(16_384));
        assert_eq!(auxiliary(&auxv, 17), Some(250));
        assert_eq!(auxiliary(&auxv, 5), None);
        assert_eq!(auxiliary(&auxv[..7], 6), None);
    }
}
