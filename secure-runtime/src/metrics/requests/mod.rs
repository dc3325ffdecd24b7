//! What is counted of requests.

mod body;
mod future;
mod layer;
mod measure;
mod method;
mod service;
mod status;

use std::{
    borrow::Cow,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::{Method, StatusCode};

#[cfg(feature = "stack")]
pub(crate) use self::measure::Measure;
pub use self::{body::MeasuredBody, future::ResponseFuture, layer::MetricsLayer, service::MetricsService};
use self::{method::MethodLabel, status::StatusLabel};

use super::{
    buckets::Buckets,
    counter::Counter,
    encode::{Lines, Meta, Writer, labels, sample},
    error::MetricsError,
    family::OVERFLOW,
    name::Kind,
    registry::{Registry, Source},
    table::Table,
};

/// Counts of requests by method, route and status, and their times by method and route.
///
/// The labels are few and known, so there are no series to look up: a route has a block of counters for each
/// method, and the status is a place in it.
pub(super) struct Requests {
    blocks: Table<Block>,
    /// For routes that find no room, one for each method.
    overflow: [OnceLock<Block>; MethodLabel::COUNT],
    overflowed: Counter,
    in_flight: AtomicU64,
    buckets: Buckets,
    /// The bounds of the buckets in nanoseconds.
    bounds: Box<[u64]>,
    counts: (String, Meta),
    times: (String, Meta),
    flights: (String, Meta),
}

/// The counters of a method on a route.
struct Block {
    method: MethodLabel,
    route: Cow<'static, str>,
    statuses: [AtomicU64; StatusLabel::COUNT],
    /// One more than there are bounds.
    buckets: Box<[AtomicU64]>,
    /// Nanoseconds; enough for 584 years of them.
    sum: AtomicU64,
    /// What comes before a status.
    before: String,
    lines: Lines,
}

impl Requests {
    pub(super) fn new(registry: &Registry, buckets: Buckets) -> Result<Arc<Self>, MetricsError> {
        let counts = registry.describe(
            "requests_total",
            "Requests, by the status of their responses; `aborted` where there was none.",
            Kind::Counter,
            &["method", "endpoint", "status"],
        )?;
        let times = registry.describe(
            "request_duration_seconds",
            "Time from a request's head to the end of its response.",
            Kind::Histogram,
            &["method", "endpoint"],
        )?;
        let flights = registry.describe(
            "requests_in_flight",
            "Requests whose responses have not ended.",
            Kind::Gauge,
            &[],
        )?;
        let requests = Arc::new(Self {
            blocks: Table::new(registry.max_series()),
            overflow: [const { OnceLock::new() }; MethodLabel::COUNT],
            overflowed: registry.overflowed().clone(),
            in_flight: AtomicU64::new(0),
            // A float is cast to the nearest number that there is.
            bounds: buckets
                .bounds()
                .iter()
                .map(|bound| (bound * 1e9).round() as u64)
                .collect(),
            buckets,
            counts,
            times,
            flights,
        });
        registry.add(Arc::clone(&requests) as Arc<dyn Source>);
        Ok(requests)
    }

    /// Counts a request on a route, whose name is `own` if it is to be kept.
    #[inline]
    pub(super) fn observe(
        &self,
        method: &Method,
        route: &str,
        own: impl FnOnce() -> Cow<'static, str>,
        status: StatusCode,
        time: Duration,
    ) {
        self.record(
            MethodLabel::new(method),
            route,
            own,
            StatusLabel::new(status),
            time,
        );
    }

    #[inline]
    fn record(
        &self,
        method: MethodLabel,
        route: &str,
        own: impl FnOnce() -> Cow<'static, str>,
        status: StatusLabel,
        time: Duration,
    ) {
        let block = self.block(method, route, own);
        block.statuses[status.index()].fetch_add(1, Ordering::Relaxed);
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        // Most requests are fast, and so in one of the first.
        let bucket = self.bounds.iter().position(|bound| nanos <= *bound);
        block.buckets[bucket.unwrap_or(self.bounds.len())].fetch_add(1, Ordering::Relaxed);
        block.sum.fetch_add(nanos, Ordering::Relaxed);
    }

    #[inline]
    fn block(&self, method: MethodLabel, route: &str, own: impl FnOnce() -> Cow<'static, str>) -> &Block {
        let is = |block: &Block| block.method == method && is_same(&block.route, route);
        let hash = self.blocks.hash().number(method.index() as u64).text(route);
        match self.blocks.get(hash, is, || self.make(method, own())) {
            Some(block) => block,
            None => {
                self.overflowed.inc();
                self.overflow[method.index()].get_or_init(|| self.make(method, OVERFLOW.into()))
            }
        }
    }

    fn make(&self, method: MethodLabel, route: Cow<'static, str>) -> Block {
        let labels = labels(&["method", "endpoint"], &[method.as_str(), &route]);
        Block {
            method,
            route,
            statuses: [const { AtomicU64::new(0) }; StatusLabel::COUNT],
            buckets: (0..=self.bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0),
            before: format!("{}{{{labels},status=\"", self.counts.0),
            lines: Lines::new(&self.times.0, &labels, &self.buckets),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Block> {
        self.blocks
            .values()
            .chain(self.overflow.iter().filter_map(OnceLock::get))
    }
}

/// Whether two texts are the same; most are the same piece of the program.
#[inline]
fn is_same(a: &str, b: &str) -> bool {
    std::ptr::eq(a, b) || a == b
}

impl std::fmt::Debug for Requests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Requests").finish_non_exhaustive()
    }
}

impl Source for Requests {
    fn write(&self, out: &mut Writer) {
        out.family(&self.flights.1);
        out.integer(
            &sample(&self.flights.0, ""),
            self.in_flight.load(Ordering::Relaxed),
        );
        if self.all().next().is_none() {
            return;
        }
        out.family(&self.counts.1);
        for block in self.all() {
            for (status, count) in StatusLabel::all().zip(&block.statuses) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    out.push(&block.before);
                    out.push(status.as_str());
                    out.integer("\"} ", count);
                }
            }
        }
        out.family(&self.times.1);
        for block in self.all() {
            let mut sum = 0;
            let counts = block.buckets.iter().map(|count| {
                sum += count.load(Ordering::Relaxed);
                sum
            });
            let nanos = block.sum.load(Ordering::Relaxed);
            block.lines.write(out, counts, |out, line| out.nanos(line, nanos));
        }
    }
}
