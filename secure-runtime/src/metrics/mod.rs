//! Counts what a service does, for Prometheus.
//!
//! [`Metrics::layer`] counts requests, [`Metrics::scrape`] answers `/metrics`, and a [`Registry`] holds a
//! service's own [`Counter`]s, [`Gauge`]s and [`Histogram`]s.
//!
//! | name | labels | |
//! |---|---|---|
//! | `requests_total` | `method`, `endpoint`, `status` | requests, by the status of their responses |
//! | `request_duration_seconds` | `method`, `endpoint` | from a request's head to the end of its response |
//! | `requests_in_flight` | | requests whose responses have not ended |
//! | `process_…` | | CPU, memory, threads, file descriptors, start |
//! | `build_info` | as [given](Metrics::build_info) | what is running |
//! | `metrics_overflow_total` | | what found no series of its own |
//!
//! With `watch_events`, [`watch_health`](Metrics::watch_health), [`watch_limits`](Metrics::watch_limits),
//! [`watch_log`](Metrics::watch_log), `watch_reload` and [`watch_server`](Metrics::watch_server) there are also
//! `security_events_total{event}`, `health_check_up{check}`, `health_check_consecutive_failures{check}`, `rate_limited_total{rule}`, `log_lines_total{result}`,
//! `config_reloads_total{result}`, `config_last_reload_successful`, `connections_open`, `connection_incidents_total{kind}`,
//! `reloads_total{result}` and `certificate_expiry_timestamp_seconds`.
//!
//! # Rules
//!
//! 1. No label is the client's to choose. `endpoint` is the template of the [`Route`](crate::route::Route), or
//!    `unmatched`; methods that few know are `other`; a status that is not registered is its class, `4xx`.
//!    What is answered above the router is `unmatched`, unless a [`RouteTable`](crate::route::RouteTable) right below this layer has
//!    marked its route before; the 429 of a limit for one path has that path.
//! 2. A family has at most [so many](Registry::with) sets of labels, of requests so many pairs of method and endpoint.
//!    What comes after is counted under `overflow`.
//! 3. A request is counted once, when its response has ended. If there was none, because the client left or the
//!    handler failed, `status` is `aborted`.
//! 4. A name that Prometheus' linter would object to, or that is taken, is an error when the metric is made.
//! 5. A scraper gets OpenMetrics 1.0.0 if it asks for it, else the text format 0.0.4.
//!
//! # Examples
//!
//! ```
//! use http::Request;
//! use secure_runtime::{
//!     metrics::{Metrics, MetricsSettings},
//!     route::RouteTable,
//! };
//! use tower_layer::Layer;
//!
//! # fn settings() -> MetricsSettings { let mut settings = MetricsSettings::default(); settings.enabled = true; settings }
//! let metrics = Metrics::new(&settings())?;
//! let logins = metrics.registry().counter_family("logins_total", "Logins, by outcome.", ["outcome"])?;
//! logins.with(["refused"]).inc();
//!
//! # let (router, fallback) = ((), ());
//! let routes = RouteTable::new(["/", "/users/{id}"])?;
//! let service = metrics.layer().layer(routes.layer(router)); // the service itself
//! let scraped = metrics.scrape().layer(fallback); // the metrics listener
//!
//! let text = metrics.registry().to_text();
//! assert!(text.contains("# TYPE logins_total counter\nlogins_total{outcome=\"refused\"} 1\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod buckets;
mod counter;
mod encode;
mod error;
mod families;
mod family;
mod gauge;
mod handle;
mod histogram;
mod name;
mod negotiate;
mod process;
mod registry;
mod requests;
mod scrape;
mod settings;
mod sources;
mod table;

#[cfg(feature = "stack")]
pub(crate) use self::requests::Measure;
pub use self::{
    buckets::Buckets,
    counter::Counter,
    error::MetricsError,
    families::{CounterFamily, GaugeFamily, HistogramFamily},
    gauge::Gauge,
    handle::Metrics,
    histogram::Histogram,
    registry::Registry,
    requests::{MeasuredBody, MetricsLayer, MetricsService, ResponseFuture},
    scrape::{ResponseFuture as ScrapeFuture, ScrapeLayer, ScrapeService},
    settings::MetricsSettings,
};
