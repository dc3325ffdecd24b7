//! Serves one accepted connection to its end.

use std::error::Error;
use std::fmt::Display;
use std::sync::Arc;

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

#[cfg(feature = "proxy-protocol")]
use super::announcement::Announcement;
use super::guard::Guard;
#[cfg(feature = "tls")]
use super::handshake::Handshake;
use super::io::Io;
use super::service::ConnectionService;
use super::socket::{Socket, Watched};
use super::watch::Watch;
use crate::server::body::RequestBody;
#[cfg(feature = "proxy-protocol")]
use crate::server::incident::Incident;
use crate::server::limit::Permit;
use crate::server::mode::Mode;
#[cfg(feature = "proxy-protocol")]
use crate::server::proxy_protocol::Announced;

/// What a listener's connections are secured with.
#[derive(Clone)]
pub(in crate::server) enum Security {
    Plain,
    #[cfg(feature = "tls")]
    Tls(Arc<tokio_rustls::rustls::ServerConfig>),
}

impl Security {
    pub(in crate::server) const fn is_tls(&self) -> bool {
        match self {
            Self::Plain => false,
            #[cfg(feature = "tls")]
            Self::Tls(_) => true,
        }
    }
}

/// Serves one accepted connection to its end.
pub(in crate::server) async fn serve<S, B>(
    socket: Socket,
    #[cfg_attr(
        not(feature = "proxy-protocol"),
        expect(unused_mut, reason = "its client is known")
    )]
    mut permit: Permit,
    watch: Arc<Watch>,
    mode: Mode,
    security: Security,
    service: S,
) where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Display,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let socket = Watched::new(socket, Arc::clone(&watch));
    #[cfg(feature = "proxy-protocol")]
    let socket = if watch.is_proxied() {
        match announced(socket, &mut permit, &watch).await {
            Some(socket) => socket,
            None => return,
        }
    } else {
        socket
    };
    let io = match security {
        Security::Plain => Io::plain(socket, permit),
        #[cfg(feature = "tls")]
        Security::Tls(config) => match Handshake::new(config, socket, Arc::clone(&watch)).await {
            Some(stream) => Io::tls(stream, permit),
            None => return,
        },
    };
    let service = ConnectionService::new(service, Arc::clone(&watch), mode);
    Guard::new(io, service, watch).await;
}

/// Takes a trusted proxy's word of whose connection it is; `None` if it is to be closed.
#[cfg(feature = "proxy-protocol")]
async fn announced(socket: Watched, permit: &mut Permit, watch: &Arc<Watch>) -> Option<Watched> {
    let (socket, announced) = Announcement::new(socket, Arc::clone(watch)).await?;
    if let Announced::Client { addr, tls } = announced {
        let ip = addr.ip();
        if !permit.belongs_to(ip) {
            watch.context().incidents.note(Incident::Greedy, Some(&ip));
            return None;
        }
        watch.announce(addr, tls);
    }
    Some(socket)
}
