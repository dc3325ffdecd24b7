//! One connection: its socket, its service, its deadlines.

#[cfg(feature = "proxy-protocol")]
mod announcement;
pub(super) mod context;
pub(super) mod deadline;
mod gather;
mod guard;
#[cfg(feature = "tls")]
mod handshake;
pub(super) mod http;
pub(super) mod io;
mod linger;
mod opening;
mod protocol;
mod serve;
pub(super) mod service;
pub(super) mod socket;
pub(super) mod stream;
pub(super) mod watch;

pub(super) use self::serve::{Security, serve};
