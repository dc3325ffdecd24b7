//! The metrics of a service.

use std::{borrow::Cow, sync::Arc, time::Duration};

use http::{Method, StatusCode};

#[cfg(feature = "limit")]
use super::sources::Refusals;
use super::{
    Buckets, MetricsSettings,
    encode::{Writer, labels, sample},
    error::MetricsError,
    name::Kind,
    process,
    registry::{Reading, Registry},
    requests::{MetricsLayer, Requests},
    scrape::ScrapeLayer,
};

/// The metrics of a service: those of its requests and of the process, and a [`Registry`] for its own.
/// Clones are the same metrics.
///
/// # Examples
///
/// ```
/// use secure_runtime::metrics::{Metrics, MetricsSettings};
///
/// let metrics = Metrics::new(&MetricsSettings::default())?;
/// metrics.build_info([("version", env!("CARGO_PKG_VERSION"))])?;
/// let orders = metrics.registry().counter("orders_total", "Orders placed.")?;
/// orders.inc();
/// # Ok::<(), secure_runtime::metrics::MetricsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Option<Arc<Requests>>,
    #[cfg(feature = "limit")]
    pub(super) refusals: Refusals,
}

impl Metrics {
    /// Makes the metrics that these settings ask for.
    ///
    /// When they are off, a service's own metrics count all the same, requests are not looked at, and
    /// `/metrics` is a path like any other.
    ///
    /// # Errors
    ///
    /// A prefix or a bound that cannot be; [loaded](secure_config::SecureConfig::load) settings have none.
    pub fn new(settings: &MetricsSettings) -> Result<Self, MetricsError> {
        let registry = Registry::with(&settings.prefix, settings.max_series)?;
        let requests = match settings.enabled {
            true => Some(Self::standard(&registry, settings.buckets.clone())?),
            false => None,
        };
        Ok(Self {
            registry,
            requests,
            #[cfg(feature = "limit")]
            refusals: Refusals::default(),
        })
    }

    /// The metrics that every service has.
    fn standard(registry: &Registry, buckets: Buckets) -> Result<Arc<Requests>, MetricsError> {
        let requests = Requests::new(registry, buckets)?;
        let overflowed = registry.overflowed().clone();
        registry.counter_from(
            "metrics_overflow_total",
            "What was counted under `overflow`, because its family has its most series.",
            move || overflowed.value(),
        )?;
        if cfg!(target_os = "linux") {
            process::register(registry)?;
        }
        Ok(requests)
    }

    /// Where a service's own metrics are made.
    #[must_use]
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Whether requests are counted and `/metrics` answers.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        self.requests.is_some()
    }

    /// The layer that counts requests. It is above whatever makes responses of its own, so that they count,
    /// and above the router, which says what the route is.
    pub fn layer(&self) -> MetricsLayer {
        MetricsLayer::new(self.requests.clone())
    }

    /// The layer that answers `/metrics`, for the metrics listener.
    pub fn scrape(&self) -> ScrapeLayer {
        ScrapeLayer(self.is_enabled().then(|| self.registry.clone()))
    }

    /// Shows what is running: `build_info{version="1.2.3"}` is always 1.
    ///
    /// # Errors
    ///
    /// It is shown already, or a label cannot be.
    pub fn build_info<const N: usize>(&self, info: [(&'static str, &str); N]) -> Result<(), MetricsError> {
        let names = info.map(|(name, _)| name);
        let (name, meta) =
            self.registry
                .describe("build_info", "What is running; always 1.", Kind::Gauge, &names)?;
        let line = sample(&name, &labels(&names, &info.map(|(_, value)| value)));
        self.registry.add(Arc::new(Reading(move |out: &mut Writer| {
            out.family(&meta);
            out.integer(&line, 1);
        })));
        Ok(())
    }

    /// Counts a request that no [`layer`](Self::layer) sees.
    #[inline]
    pub fn record(
        &self,
        method: &Method,
        route: impl Into<Cow<'static, str>>,
        status: StatusCode,
        time: Duration,
    ) {
        if let Some(requests) = &self.requests {
            let route = route.into();
            requests.observe(method, &route, || route.clone(), status, time);
        }
    }
}
