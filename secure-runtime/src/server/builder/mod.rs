//! Puts a server together and binds its listeners.

mod bind;

use std::error::Error;
use std::fmt::{self, Display};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use secure_config::Profile;
use tokio::sync::{Mutex, watch};
use tower_service::Service;

use crate::probe;
use crate::server::Server;
use crate::server::admin::Admin;
use crate::server::body::RequestBody;
use crate::server::boxed::BoxService;
use crate::server::conn::Security;
use crate::server::conn::context::Context;
use crate::server::error::ServerError;
use crate::server::handle::{Handle, Inner, Phase};
use crate::server::limit::{Exempt, Gate, is_private};
use crate::server::listen::{Inherited, Listening};
use crate::server::mode::Redirect;
use crate::server::notify::Notifier;
use crate::server::reload::{Hook, ReloadError};
use crate::server::settings::ServerSettings;
use crate::server::validate;

/// For load balancers to notice that the service is not ready.
const DRAIN_DELAY: Duration = Duration::from_secs(5);

/// Puts a [`Server`] together; from [`Server::builder`].
#[must_use = "a builder does nothing until it is bound"]
pub struct Builder {
    settings: ServerSettings,
    profile: Profile,
    metrics: Option<BoxService>,
    admin: Option<Admin>,
    health: Arc<[String]>,
    exempt: Exempt,
    signals: bool,
    inherit: bool,
    on_serve: Vec<Box<dyn FnOnce() + Send>>,
    on_drain: Vec<Box<dyn FnOnce() + Send>>,
    on_reload: Vec<Hook>,
}

/// A listener's socket and the gate before it.
pub(super) struct Door {
    pub(super) listening: Listening,
    pub(super) gate: Arc<Gate>,
}

/// What is left to do with a bound server.
pub(super) struct Parts {
    pub(super) handle: Handle,
    pub(super) main: Door,
    pub(super) metrics: Option<(Door, BoxService)>,
    pub(super) admin: Option<(Door, BoxService)>,
    pub(super) redirect: Option<(Door, Arc<Redirect>)>,
    pub(super) security: Security,
    #[cfg(feature = "proxy-protocol")]
    pub(super) proxies: Arc<[crate::client::Network]>,
    pub(super) health: Arc<[String]>,
    pub(super) signals: bool,
    pub(super) on_serve: Vec<Box<dyn FnOnce() + Send>>,
    pub(super) on_drain: Vec<Box<dyn FnOnce() + Send>>,
    pub(super) drain_delay: Duration,
    pub(super) drain_timeout: Duration,
    #[cfg(feature = "tls")]
    pub(super) reload_interval: Duration,
}

impl Builder {
    pub(super) fn new(settings: ServerSettings) -> Self {
        Self {
            settings,
            profile: Profile::default(),
            metrics: None,
            admin: None,
            health: probe::PATHS.map(str::to_owned).into(),
            exempt: Arc::new(is_private),
            signals: true,
            inherit: true,
            on_serve: Vec::new(),
            on_drain: Vec::new(),
            on_reload: Vec::new(),
        }
    }

    /// The profile that settles what settings leave open; production if unsaid.
    pub const fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// What the metrics listener answers with: scrapes and health details, GET and HEAD only.
    pub fn metrics<S, B>(mut self, service: S) -> Self
    where
        S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Display,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        self.metrics = Some(BoxService::new(service));
        self
    }

    /// What the admin listener can do.
    pub fn admin(mut self, admin: Admin) -> Self {
        self.admin = Some(admin);
        self
    }

    /// Paths of health checks, which the service answers on the redirect listener and on a full main listener too;
    /// `/health`, `/health/live` and `/health/ready` if unsaid.
    pub fn health_paths(mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.health = paths.into_iter().map(Into::into).collect();
        self
    }

    /// Which addresses may have more than `max_connections_per_client` connections, because they are proxies; loopback
    /// and private addresses if unsaid.
    pub fn exempt_clients(mut self, exempt: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        self.exempt = Arc::new(exempt);
        self
    }

    /// Tells health where the server stands: serving from [`Server::serve`] on, draining once it has been told to stop. Until
    /// then, and from then on, readiness checks answer 503.
    ///
    /// ```
    /// use secure_config::Profile;
    /// use secure_runtime::health::{Health, Phase};
    /// use secure_runtime::server::{Server, ServerSettings, from_hyper};
    /// # use std::convert::Infallible;
    /// # use http::Response;
    /// # use hyper::service::service_fn;
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let health = Health::builder().profile(Profile::Development).start()?;
    /// let mut settings = ServerSettings::default();
    /// settings.port = 0;
    /// let server = Server::builder(settings).profile(Profile::Development).health(&health).bind().await?;
    /// assert_eq!(health.lifecycle().phase(), Phase::Starting);
    ///
    /// # let service = from_hyper(service_fn(async |_| Ok::<_, Infallible>(Response::new(String::new()))));
    /// server.handle().shutdown();
    /// server.serve(service).await?;
    /// assert_eq!(health.lifecycle().phase(), Phase::Draining);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "health")]
    #[cfg_attr(docsrs, doc(cfg(feature = "health")))]
    pub fn health(mut self, health: &crate::health::Health) -> Self {
        let (serving, draining) = (health.lifecycle().clone(), health.lifecycle().clone());
        self.on_serve.push(Box::new(move || serving.serve()));
        self.on_drain(move || draining.drain())
    }

    /// Called once when the server has been told to stop, before anything else: the place to answer readiness checks
    /// with 503 from then on.
    pub fn on_drain(mut self, hook: impl FnOnce() + Send + 'static) -> Self {
        self.on_drain.push(Box::new(hook));
        self
    }

    /// Called at each reload ([`Handle::reload`], SIGHUP, `POST /reload` on the admin listener), after the certificate; it
    /// answers with what it did, for the operator.
    pub fn on_reload<F, O>(mut self, hook: F) -> Self
    where
        F: Fn() -> O + Send + Sync + 'static,
        O: Future<Output = Result<String, ReloadError>> + Send + 'static,
    {
        self.on_reload.push(Box::new(move || Box::pin(hook())));
        self
    }

    /// Leaves SIGTERM, SIGINT and SIGHUP to the program; [`Handle::shutdown`] stops the server.
    pub const fn without_signals(mut self) -> Self {
        self.signals = false;
        self
    }

    /// Leaves sockets that the service manager opened (`LISTEN_FDS`) alone.
    ///
    /// Taking them removes `LISTEN_FDS` and `LISTEN_PID` from the environment, so that no child process takes them again;
    /// code of other languages must not read the environment at that moment.
    pub const fn without_inherited(mut self) -> Self {
        self.inherit = false;
        self
    }

    /// Checks the settings, reads the certificate and binds the listeners.
    ///
    /// # Errors
    ///
    /// Settings that cannot be used (all of them at once), a certificate that cannot be read or an address that cannot
    /// be bound.
    pub async fn bind(mut self) -> Result<Server, ServerError> {
        let problems = validate::problems(&self.settings, self.profile);
        if !problems.is_empty() {
            return Err(ServerError::settings(problems));
        }
        let mut inherited = if self.inherit {
            Inherited::from_env().map_err(|error| ServerError::io("LISTEN_FDS cannot be used", error))?
        } else {
            Inherited::default()
        };
        let context = Arc::new(Context::new(&self.settings));
        #[cfg(feature = "tls")]
        let certificate = self.certificate().await?;
        #[cfg(feature = "tls")]
        let security = match &certificate {
            Some(certificate) => Security::Tls(Arc::new(certificate.config().map_err(|error| {
                ServerError::setting("TLS_CERT_PATH", format!("TLS cannot be set up: {error}"))
            })?)),
            None => Security::Plain,
        };
        #[cfg(not(feature = "tls"))]
        let security = Security::Plain;

        let main = self.bind_main(&mut inherited)?;
        let metrics = match self.bind_metrics(&mut inherited)? {
            Some(door) => Some((door, self.metrics.take().ok_or_else(no_metrics)?)),
            None => None,
        };
        let admin = match self.bind_admin(&mut inherited)? {
            Some(door) => Some((door, self.admin.take().ok_or_else(no_admin)?)),
            None => None,
        };
        let redirect = match self.bind_redirect(&mut inherited, &main)? {
            Some(door) => {
                #[cfg(feature = "tls")]
                let name = certificate.as_ref().and_then(|certificate| certificate.name());
                #[cfg(not(feature = "tls"))]
                let name = None;
                let host = self.redirect_host(name, main.listening.addr())?;
                Some((door, Arc::new(Redirect::new(host, Arc::clone(&self.health)))))
            }
            None => None,
        };
        inherited.warn_of_the_rest();

        let mut gates = vec![Arc::clone(&main.gate)];
        gates.extend(metrics.iter().map(|(door, _)| Arc::clone(&door.gate)));
        gates.extend(admin.iter().map(|(door, _)| Arc::clone(&door.gate)));
        gates.extend(redirect.iter().map(|(door, _)| Arc::clone(&door.gate)));
        let handle = Handle {
            inner: Arc::new(Inner {
                phase: watch::Sender::new(Phase::Serving),
                context,
                gates,
                notifier: Notifier::from_env(),
                on_reload: self.on_reload,
                reload: Mutex::new(()),
                reloads: AtomicU64::new(0),
                reloads_refused: AtomicU64::new(0),
                #[cfg(feature = "tls")]
                certificate,
            }),
        };
        let admin = match admin {
            Some((door, admin)) => Some((door, admin.into_service(handle.clone())?)),
            None => None,
        };
        let delay = if self.profile.is_development() {
            Duration::ZERO
        } else {
            DRAIN_DELAY
        };
        let drain_delay = self
            .settings
            .drain_delay
            .unwrap_or(delay)
            .min(self.settings.drain_timeout);
        Ok(Server::new(Parts {
            handle,
            main,
            metrics,
            admin,
            redirect,
            security,
            #[cfg(feature = "proxy-protocol")]
            proxies: self.settings.proxy_protocol_networks.into(),
            health: self.health,
            signals: self.signals,
            on_serve: self.on_serve,
            on_drain: self.on_drain,
            drain_delay,
            drain_timeout: self.settings.drain_timeout,
            #[cfg(feature = "tls")]
            reload_interval: self.settings.tls_reload_interval,
        }))
    }

    /// Binds and serves; see [`bind`](Self::bind) and [`Server::serve`].
    ///
    /// # Errors
    ///
    /// Those of both.
    pub async fn serve<S, B>(self, service: S) -> Result<(), ServerError>
    where
        S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Display,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        self.bind().await?.serve(service).await
    }
}

fn no_metrics() -> ServerError {
    ServerError::setting(
        "METRICS_PORT",
        "is set, but this service has no metrics to show there",
    )
}

fn no_admin() -> ServerError {
    ServerError::setting("ADMIN_PORT", "is set, but this service has nothing to do there")
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("settings", &self.settings)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}
