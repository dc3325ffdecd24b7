//! What the server promises: it answers, it bears attacks, it drains.

#[path = "demo/service.rs"]
mod service;

mod attacks;
mod child;
mod client;
mod drain;
mod faces;
mod http1;
mod http2;
mod limits;
mod listeners;
mod proxy_protocol;
mod running;
mod tls;
