//! Where metrics are made and found again.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{
    buckets::Buckets,
    counter::Counter,
    encode::{Format, Meta, Writer, labels, sample},
    error::{MetricsError, Reason},
    families::{CounterFamily, GaugeFamily, HistogramFamily},
    family::{Family, Metric},
    gauge::Gauge,
    histogram::Histogram,
    name::{self, Kind, Names},
    table,
};

/// Where metrics are made, each under a name of its own. Clones are the same registry.
///
/// Names are checked as Prometheus' linter does: lower case, `_total` for counters and only for them, base
/// units. A name that is taken is an error, and so is one that another metric makes its samples of
/// (`x_count` beside a histogram `x`).
///
/// # Examples
///
/// ```
/// use secure_runtime::metrics::Registry;
///
/// let registry = Registry::new();
/// let jobs = registry.counter("jobs_total", "Jobs done.")?;
/// assert!(registry.counter("jobs_total", "Other jobs.").is_err());
/// assert!(registry.counter("jobs", "Jobs done.").is_err());
/// # Ok::<(), secure_runtime::metrics::MetricsError>(())
/// ```
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    /// What all names begin with; empty or with a `_` at its end.
    prefix: String,
    max_series: usize,
    overflowed: Counter,
    entries: Mutex<Entries>,
    /// How large the last scrape was.
    size: AtomicUsize,
}

#[derive(Default)]
struct Entries {
    names: Names,
    sources: Vec<Arc<dyn Source>>,
}

/// What can be scraped.
pub(super) trait Source: Send + Sync {
    fn write(&self, out: &mut Writer);
}

impl Registry {
    /// How many series a family has at most unless said otherwise.
    pub const DEFAULT_MAX_SERIES: usize = 1_000;

    /// A registry of its own, without a prefix.
    #[must_use]
    pub fn new() -> Self {
        Self::unchecked(String::new(), Self::DEFAULT_MAX_SERIES)
    }

    /// A registry whose names begin with `prefix` and `_`, and whose families have at most `max_series`.
    ///
    /// # Errors
    ///
    /// A prefix that no name can begin with, or a bound outside 1 to 100,000.
    pub fn with(prefix: &str, max_series: usize) -> Result<Self, MetricsError> {
        if !(1..=table::MAX).contains(&max_series) {
            return Err(MetricsError::new(&max_series.to_string(), Reason::Series));
        }
        if prefix.is_empty() {
            return Ok(Self::unchecked(String::new(), max_series));
        }
        // What comes after it is checked with it.
        if prefix.ends_with('_') || name::check(&format!("{prefix}_x"), Kind::Gauge).is_err() {
            return Err(MetricsError::new(prefix, Reason::Name));
        }
        Ok(Self::unchecked(format!("{prefix}_"), max_series))
    }

    fn unchecked(prefix: String, max_series: usize) -> Self {
        Self(Arc::new(Inner {
            prefix,
            max_series,
            overflowed: Counter::default(),
            entries: Mutex::default(),
            size: AtomicUsize::new(4_096),
        }))
    }

    /// A counter.
    ///
    /// # Errors
    ///
    /// A name that is taken or none, or no help.
    pub fn counter(&self, name: &str, help: &str) -> Result<Counter, MetricsError> {
        self.single(name, help, Kind::Counter, &())
    }

    /// A gauge.
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter).
    pub fn gauge(&self, name: &str, help: &str) -> Result<Gauge, MetricsError> {
        self.single(name, help, Kind::Gauge, &())
    }

    /// A gauge for a moment, such as when a certificate expires, to be [set](Gauge::set_time).
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter), or a name that does not end in `_timestamp_seconds`.
    pub fn timestamp(&self, name: &str, help: &str) -> Result<Gauge, MetricsError> {
        if !name.ends_with("_timestamp_seconds") {
            return Err(MetricsError::new(name, Reason::Timestamp));
        }
        self.gauge(name, help)
    }

    /// A histogram.
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter).
    pub fn histogram(&self, name: &str, help: &str, buckets: &Buckets) -> Result<Histogram, MetricsError> {
        self.single(name, help, Kind::Histogram, buckets)
    }

    /// A counter for each set of values of some labels.
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter), or a label that is none or stands twice.
    pub fn counter_family<const N: usize>(
        &self,
        name: &str,
        help: &str,
        labels: [&str; N],
    ) -> Result<CounterFamily<N>, MetricsError> {
        self.family(name, help, Kind::Counter, labels, ())
            .map(CounterFamily)
    }

    /// A gauge for each set of values of some labels.
    ///
    /// # Errors
    ///
    /// As for [`counter_family`](Self::counter_family).
    pub fn gauge_family<const N: usize>(
        &self,
        name: &str,
        help: &str,
        labels: [&str; N],
    ) -> Result<GaugeFamily<N>, MetricsError> {
        self.family(name, help, Kind::Gauge, labels, ()).map(GaugeFamily)
    }

    /// A histogram for each set of values of some labels.
    ///
    /// # Errors
    ///
    /// As for [`counter_family`](Self::counter_family), or a label `le`.
    pub fn histogram_family<const N: usize>(
        &self,
        name: &str,
        help: &str,
        labels: [&str; N],
        buckets: &Buckets,
    ) -> Result<HistogramFamily<N>, MetricsError> {
        self.family(name, help, Kind::Histogram, labels, buckets.clone())
            .map(HistogramFamily)
    }

    /// A counter that something else counts: `read` is asked at each scrape, and must not block.
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter).
    pub fn counter_from(
        &self,
        name: &str,
        help: &str,
        read: impl Fn() -> u64 + Send + Sync + 'static,
    ) -> Result<(), MetricsError> {
        self.read(name, help, Kind::Counter, move |line, out| {
            out.integer(line, read())
        })
    }

    /// A gauge that is read at each scrape; `None` leaves it out. `read` must not block.
    ///
    /// # Errors
    ///
    /// As for [`counter`](Self::counter).
    pub fn gauge_from(
        &self,
        name: &str,
        help: &str,
        read: impl Fn() -> Option<f64> + Send + Sync + 'static,
    ) -> Result<(), MetricsError> {
        let (name, meta) = self.describe(name, help, Kind::Gauge, &[])?;
        let line = sample(&name, "");
        self.add(Arc::new(Reading(move |out: &mut Writer| {
            if let Some(value) = read() {
                out.family(&meta);
                out.float(&line, value);
            }
        })));
        Ok(())
    }

    /// The metrics in Prometheus' text format.
    #[must_use]
    pub fn to_text(&self) -> String {
        String::from_utf8(self.scrape(Format::Text)).unwrap_or_default()
    }

    /// The metrics in the format OpenMetrics.
    #[must_use]
    pub fn to_open_metrics(&self) -> String {
        String::from_utf8(self.scrape(Format::OpenMetrics)).unwrap_or_default()
    }

    pub(super) fn scrape(&self, format: Format) -> Vec<u8> {
        let inner = &*self.0;
        // A little more than the last time.
        let mut out = Writer::new(format, inner.size.load(Ordering::Relaxed) + 1_024);
        // Not under the lock: a source may want to make a metric.
        let sources = inner.lock().sources.clone();
        for source in sources {
            source.write(&mut out);
        }
        let out = out.finish();
        inner.size.store(out.len(), Ordering::Relaxed);
        out
    }

    fn read(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        read: impl Fn(&str, &mut Writer) + Send + Sync + 'static,
    ) -> Result<(), MetricsError> {
        let (name, meta) = self.describe(name, help, kind, &[])?;
        let line = sample(&name, "");
        self.add(Arc::new(Reading(move |out: &mut Writer| {
            out.family(&meta);
            read(&line, out);
        })));
        Ok(())
    }

    /// Series with one label each that are read at each scrape: `read` is called with what takes a value of
    /// the label and a number.
    #[cfg_attr(
        not(any(
            feature = "health",
            feature = "limit",
            feature = "log",
            feature = "reload",
            feature = "server"
        )),
        expect(dead_code, reason = "for the counts of other parts")
    )]
    pub(super) fn labelled_from(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        label: &'static str,
        read: impl Fn(&mut dyn FnMut(&str, u64)) + Send + Sync + 'static,
    ) -> Result<(), MetricsError> {
        let (name, meta) = self.describe(name, help, kind, &[label])?;
        self.add(Arc::new(Reading(move |out: &mut Writer| {
            let mut is_first = true;
            read(&mut |value, number| {
                if std::mem::take(&mut is_first) {
                    out.family(&meta);
                }
                out.integer(&sample(&name, &labels(&[label], &[value])), number);
            });
        })));
        Ok(())
    }

    fn single<M: Metric>(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        make: &M::Make,
    ) -> Result<M, MetricsError> {
        let (name, meta) = self.describe(name, help, kind, &[])?;
        let metric = M::make(make);
        let (before, own) = (M::before(&name, "", make), metric.clone());
        self.add(Arc::new(Reading(move |out: &mut Writer| {
            out.family(&meta);
            own.write(&before, out);
        })));
        Ok(metric)
    }

    fn family<M: Metric, const N: usize>(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        labels: [&str; N],
        make: M::Make,
    ) -> Result<Family<M, N>, MetricsError> {
        let (name, meta) = self.describe(name, help, kind, &labels)?;
        let overflowed = self.0.overflowed.clone();
        let family = Family::new(&name, meta, labels, make, self.0.max_series, overflowed);
        self.add(Arc::new(family.clone()));
        Ok(family)
    }

    /// Checks and takes a name; answers it with the prefix.
    pub(super) fn describe(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        labels: &[&str],
    ) -> Result<(String, Meta), MetricsError> {
        self.describe_whole(&format!("{}{name}", self.0.prefix), help, kind, labels)
    }

    /// Checks and takes a name as it is.
    pub(super) fn describe_whole(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        labels: &[&str],
    ) -> Result<(String, Meta), MetricsError> {
        name::check(name, kind)?;
        name::check_labels(labels, kind)?;
        if help.trim().is_empty() {
            return Err(MetricsError::new(name, Reason::Help));
        }
        self.0.lock().names.take(name, kind)?;
        Ok((name.to_owned(), Meta::new(name, kind, help)))
    }

    pub(super) fn add(&self, source: Arc<dyn Source>) {
        self.0.lock().sources.push(source);
    }

    /// How much was counted under `overflow`.
    pub(super) fn overflowed(&self) -> &Counter {
        &self.0.overflowed
    }

    pub(super) fn max_series(&self) -> usize {
        self.0.max_series
    }
}

impl Inner {
    fn lock(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A source that is a function.
pub(super) struct Reading<F>(pub(super) F);

impl<F: Fn(&mut Writer) + Send + Sync> Source for Reading<F> {
    fn write(&self, out: &mut Writer) {
        (self.0)(out);
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("prefix", &self.0.prefix)
            .field("metrics", &self.0.lock().sources.len())
            .finish_non_exhaustive()
    }
}
