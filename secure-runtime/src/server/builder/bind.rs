//! Binds each listener where the settings say.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use http::uri::Authority;

use super::{Builder, Door};
use crate::connection::Listener;
use crate::server::address::{BindAddr, BoundAddr};
use crate::server::error::ServerError;
use crate::server::limit::{Gate, clamp_to_descriptors};
use crate::server::listen::{Inherited, Listening};
use crate::server::validate::{self, NO_NAME};

impl Builder {
    #[cfg(feature = "tls")]
    pub(super) async fn certificate(
        &self,
    ) -> Result<Option<Arc<crate::server::tls::Certificate>>, ServerError> {
        let (Some(certificate), Some(key)) = (&self.settings.tls_cert_path, &self.settings.tls_key_path)
        else {
            return Ok(None);
        };
        let (certificate, key) = (certificate.clone(), key.clone());
        let loaded =
            tokio::task::spawn_blocking(move || crate::server::tls::Certificate::load(certificate, key))
                .await
                .map_err(|error| ServerError::io("the certificate cannot be read", error.into()))?;
        loaded
            .map(|certificate| Some(Arc::new(certificate)))
            .map_err(|error| ServerError::setting(error.setting(), error.to_string()))
    }

    pub(super) fn bind_main(&self, inherited: &mut Inherited) -> Result<Door, ServerError> {
        let settings = &self.settings;
        let listening = match (inherited.take(Listener::Main), &settings.bind_addr) {
            (Some(listening), _) => listening,
            (None, Some(addr)) => self.bind_one(Listener::Main, addr, settings.port)?,
            (None, None) if self.profile.is_development() => {
                self.bind_one(Listener::Main, &loopback(), settings.port)?
            }
            (None, None) => {
                let both = BindAddr::Ip(Ipv6Addr::UNSPECIFIED.into());
                match self.bind_one(Listener::Main, &both, settings.port) {
                    // A machine or container without IPv6.
                    Err(error) if error.is_missing_family() => {
                        let ipv4 = BindAddr::Ip(Ipv4Addr::UNSPECIFIED.into());
                        self.bind_one(Listener::Main, &ipv4, settings.port)?
                    }
                    bound => bound?,
                }
            }
        };
        let max = clamp_to_descriptors(settings.max_connections, 4 * settings.reserved_connections);
        if max < settings.max_connections {
            tracing::warn!(
                max_connections = max,
                wanted = settings.max_connections,
                "the limit of open files allows fewer connections; raise it (LimitNOFILE=, ulimit -n)"
            );
        }
        let gate = Gate::new(
            max,
            settings.reserved_connections,
            settings.max_connections_per_client,
            Arc::clone(&self.exempt),
        );
        Ok(Door { listening, gate })
    }

    pub(super) fn bind_metrics(&self, inherited: &mut Inherited) -> Result<Option<Door>, ServerError> {
        let settings = &self.settings;
        self.bind_side(
            Listener::Metrics,
            inherited,
            settings.metrics_addr.as_ref(),
            settings.metrics_port,
        )
    }

    pub(super) fn bind_admin(&self, inherited: &mut Inherited) -> Result<Option<Door>, ServerError> {
        let settings = &self.settings;
        let door = self.bind_side(
            Listener::Admin,
            inherited,
            settings.admin_addr.as_ref(),
            settings.admin_port,
        )?;
        if let Some(door) = &door {
            // Settings were checked before; this is for an inherited socket.
            if !is_local(&door.listening) && !settings.admin_exposed {
                return Err(ServerError::setting(
                    "LISTEN_FDS",
                    "the admin sockets must be loopback or unix ones; ADMIN_EXPOSED=true allows others",
                ));
            }
        }
        Ok(door)
    }

    pub(super) fn bind_redirect(
        &self,
        inherited: &mut Inherited,
        main: &Door,
    ) -> Result<Option<Door>, ServerError> {
        let Some(port) = self.settings.redirect_port else {
            return Ok(None);
        };
        let addr = match main.listening.addr() {
            BoundAddr::Tcp(addr) => BindAddr::Ip(addr.ip()),
            BoundAddr::Unix(_) => {
                return Err(ServerError::setting(
                    "REDIRECT_PORT",
                    "the main listener is a unix socket",
                ));
            }
        };
        self.bind_side(Listener::Redirect, inherited, Some(&addr), Some(port))
    }

    /// Binds a listener beside the main one, if it is wanted.
    fn bind_side(
        &self,
        listener: Listener,
        inherited: &mut Inherited,
        addr: Option<&BindAddr>,
        port: Option<u16>,
    ) -> Result<Option<Door>, ServerError> {
        let listening = match (inherited.take(listener), addr, port) {
            (Some(listening), _, _) => listening,
            (None, Some(addr @ BindAddr::Unix(_)), _) => self.bind_one(listener, addr, 0)?,
            (None, _, None) => return Ok(None),
            (None, Some(addr), Some(port)) => self.bind_one(listener, addr, port)?,
            (None, None, Some(port)) => self.bind_one(listener, &loopback(), port)?,
        };
        let gate = Gate::new(self.settings.reserved_connections, 0, 0, Arc::clone(&self.exempt));
        Ok(Some(Door { listening, gate }))
    }

    fn bind_one(&self, listener: Listener, addr: &BindAddr, port: u16) -> Result<Listening, ServerError> {
        let mode = match listener {
            Listener::Admin => 0o600,
            _ => self.settings.unix_socket_mode,
        };
        Listening::bind(addr, port, mode).map_err(|error| match addr {
            BindAddr::Ip(ip) => ServerError::bind(listener, SocketAddr::new(*ip, port), error),
            BindAddr::Unix(_) => ServerError::bind(listener, addr, error),
        })
    }

    /// Where redirects point to: the setting, or the certificate's first name with the main listener's port.
    pub(super) fn redirect_host(
        &self,
        name: Option<String>,
        main: &BoundAddr,
    ) -> Result<Authority, ServerError> {
        if let Some(host) = &self.settings.redirect_host {
            return validate::authority(host).ok_or_else(|| NO_NAME.into());
        }
        let name = name.ok_or(NO_NAME)?;
        let host = match main.as_tcp().map(|addr| addr.port()) {
            None | Some(443) => name,
            Some(port) => format!("{name}:{port}"),
        };
        validate::authority(&host).ok_or_else(|| NO_NAME.into())
    }
}

/// Returns `true` if only this machine reaches the sockets.
pub(in crate::server) fn is_local(listening: &Listening) -> bool {
    listening.addrs().all(|addr| match addr {
        BoundAddr::Tcp(addr) => addr.ip().to_canonical().is_loopback(),
        BoundAddr::Unix(_) => true,
    })
}

fn loopback() -> BindAddr {
    BindAddr::Ip(Ipv4Addr::LOCALHOST.into())
}
