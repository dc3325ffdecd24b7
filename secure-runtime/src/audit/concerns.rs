//! Read-only views of the parts of a service, turned into plain facts. No part imports the audit.

#[cfg(any(
    all(feature = "server", unix),
    feature = "client",
    feature = "cors",
    feature = "database",
    feature = "harden",
    feature = "headers",
    feature = "health",
    feature = "limit",
    feature = "log",
    feature = "metrics",
    feature = "sentry"
))]
use super::{builder::Audit, facts};

#[cfg(feature = "headers")]
impl Audit {
    /// Adds the security headers of the service. Call it again for others, such as those of its pages; the worst of them count.
    pub fn headers(mut self, layer: &crate::headers::SecurityHeadersLayer) -> Self {
        let list = |secure| {
            let headers = layer.headers(secure);
            let texts = headers.iter().map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            });
            texts.collect()
        };
        self.facts.headers.push(facts::Headers {
            plain: list(false),
            secure: list(true),
        });
        self
    }
}

#[cfg(feature = "client")]
impl Audit {
    /// Adds the trusted proxies.
    pub fn client(mut self, settings: &crate::client::ClientSettings) -> Self {
        self.facts.trusts_proxies = settings.trusted_proxies != crate::client::TrustedProxies::none();
        self
    }
}

#[cfg(all(feature = "server", unix))]
impl Audit {
    /// Adds certificates and listeners.
    pub fn server(mut self, settings: &crate::server::ServerSettings) -> Self {
        use crate::server::BindAddr;

        let is_unix = |addr: &Option<BindAddr>| matches!(addr, Some(BindAddr::Unix(_)));
        let admin = match &settings.admin_addr {
            addr if settings.admin_port.is_none() && !is_unix(addr) => facts::Admin::Nobody,
            Some(addr) if !addr.is_private() => facts::Admin::Network(addr.to_string()),
            _ => facts::Admin::Machine,
        };
        self.facts.server = Some(facts::Server {
            certificate: settings.tls_cert_path.clone().zip(settings.tls_key_path.clone()),
            redirect_host: settings.redirect_host.clone(),
            admin,
            has_metrics: settings.metrics_port.is_some() || is_unix(&settings.metrics_addr),
        });
        self
    }
}

#[cfg(feature = "log")]
impl Audit {
    /// Adds the format and the level of the log.
    pub fn log(mut self, settings: &crate::log::LogSettings) -> Self {
        self.facts.log = Some(facts::Log {
            json: settings.is_json(self.facts.profile),
            verbose: settings.max_level() > tracing_core::metadata::LevelFilter::INFO,
        });
        self
    }
}

#[cfg(feature = "cors")]
impl Audit {
    /// Adds the CORS policy.
    pub fn cors(mut self, policy: &crate::cors::CorsPolicy) -> Self {
        let origins = policy.listed();
        self.facts.cors = Some(facts::Cors {
            findings: policy.review().iter().map(ToString::to_string).collect(),
            origins: origins.len(),
            any_origin: origins.iter().any(|origin| origin == "*"),
        });
        self
    }
}

#[cfg(feature = "limit")]
impl Audit {
    /// Adds the limits of the service. Call it again for others.
    pub fn limits(mut self, layer: &crate::limit::LimitLayer) -> Self {
        let before = self.facts.limits.unwrap_or(false);
        self.facts.limits = Some(before || layer.counts_everything());
        self
    }
}

#[cfg(feature = "valkey")]
impl Audit {
    /// Adds a limit that all replicas share. Call it again for others.
    pub fn shared_limit(mut self, layer: &crate::replicas::SharedLimitLayer) -> Self {
        let before = self.facts.limits.unwrap_or(false);
        self.facts.limits = Some(before || layer.counts_everything());
        self
    }
}

#[cfg(feature = "sentry")]
impl Audit {
    /// Adds Sentry as the tracker of errors, if it is on.
    pub fn sentry(self, sentry: &crate::sentry::Sentry) -> Self {
        self.error_tracking(sentry.is_enabled())
    }
}

#[cfg(feature = "metrics")]
impl Audit {
    /// Adds the metrics, if they are on.
    pub fn metrics(mut self, metrics: &crate::metrics::Metrics) -> Self {
        self.facts.metrics = Some(metrics.is_enabled());
        self
    }
}

#[cfg(feature = "health")]
impl Audit {
    /// Adds the health checks.
    pub fn health(mut self, health: &crate::health::Health) -> Self {
        self.facts.health = Some(health.checks().map(|(name, _)| name.to_owned()).collect());
        self
    }
}

#[cfg(feature = "database")]
impl Audit {
    /// Adds the database and its pool.
    pub const fn database(mut self, settings: &crate::database::DatabaseSettings) -> Self {
        self.facts.database = Some(facts::Database::Pool {
            min: settings.min_pool_size,
            max: settings.max_pool_size,
        });
        self
    }
}

#[cfg(feature = "harden")]
impl Audit {
    /// Adds the outcome of hardening the process.
    pub fn hardening(mut self, report: &crate::harden::Report) -> Self {
        use crate::harden::{Measure, Outcome};

        let mut process = facts::Process {
            open: Vec::new(),
            weak: Vec::new(),
        };
        for (measure, outcome) in report.steps() {
            if matches!(outcome, Outcome::Done) {
                continue;
            }
            let list = match measure {
                Measure::NoCoreFile | Measure::NotDumpable => &mut process.open,
                _ => &mut process.weak,
            };
            list.push(format!("{measure}: {outcome}"));
        }
        self.facts.process = Some(process);
        self
    }
}
