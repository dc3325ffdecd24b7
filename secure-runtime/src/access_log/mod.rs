//! Writes one log line a request, when its response has been sent.
//!
//! The line is an event at `INFO` with the target `access`, so `RUST_LOG=access=off` turns it off. Its
//! fields are `method`, `route`, `status`, `duration_ms`, `bytes`, `client` and `user_agent`; below
//! [`RequestIdLayer`](crate::request_id::RequestIdLayer) it also has the fields of that span, first of
//! all `request_id`.
//!
//! # Rules
//!
//! 1. Every request has exactly one line, also one whose handler panicked, took too long, or whose
//!    client went away: then it has `aborted` = true, and no `status` if no response had begun.
//! 2. A probe of `/health`, `/health/live` or `/health/ready` that succeeds is at `DEBUG`: an orchestrator sends one every few seconds.
//! 3. `route` is the template ([`Route`](crate::route::Route)). The path is in no line: it is the
//!    client's to choose, and may hold a token or an address.
//! 4. `duration_ms` runs from the request's head to the end of the response's body; `bytes` counts that
//!    body.
//! 5. What the client says is bounded: `method` to 32 characters, `user_agent` to 256, what is not ASCII
//!    in it written as `\xNN`.
//!
//! # Examples
//!
//! ```
//! # use std::{io, sync::{Arc, Mutex}};
//! # #[derive(Clone, Default)] struct Lines(Arc<Mutex<Vec<u8>>>);
//! # impl Lines { fn text(&self) -> String { String::from_utf8(self.0.lock().unwrap().clone()).unwrap() } }
//! # impl io::Write for Lines {
//! #     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> { self.0.lock().unwrap().write(bytes) }
//! #     fn flush(&mut self) -> io::Result<()> { Ok(()) }
//! # }
//! use http::{Request, Response};
//! use http_body_util::{BodyExt, Full};
//! use secure_runtime::{access_log::AccessLogLayer, log::{self, LogOutput, LogSettings}, request_id::RequestIdLayer, route::Route};
//! use tower::{Layer, ServiceExt, service_fn};
//! use tracing_subscriber::layer::SubscriberExt;
//!
//! # let lines = Lines::default();
//! # let (layer, guard) = log::layer(LogSettings::new().format(log::LogFormat::Json), LogOutput::writer(lines.clone()))?;
//! # let subscriber = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let handler = service_fn(async |request: Request<String>| {
//!     Route::mark(request.extensions(), "/users/{id}"); // a router does it
//!     Ok::<_, std::convert::Infallible>(Response::new(Full::<&[u8]>::new(b"hello")))
//! });
//! let service = RequestIdLayer::new().layer(AccessLogLayer::new().layer(handler));
//! let answer = service.oneshot(Request::get("/users/42?token=s3cret").body(String::new())?).await?;
//! answer.into_body().collect().await?; // the line is written when the response has been sent
//!
//! # drop((subscriber, guard));
//! let line = lines.text();
//! assert!(line.contains(r#""method":"GET","route":"/users/{id}","status":200"#), "{line}");
//! assert!(!line.contains("42?") && !line.contains("s3cret"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
mod future;
mod line;
mod service;

use tower_layer::Layer;

#[cfg(feature = "stack")]
pub(crate) use self::line::Line;
pub use self::{body::CountedBody, future::ResponseFuture, service::AccessLog};

/// Layer that applies [`AccessLog`].
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct AccessLogLayer(());

impl AccessLogLayer {
    /// Makes the layer.
    pub const fn new() -> Self {
        Self(())
    }
}

impl<S> Layer<S> for AccessLogLayer {
    type Service = AccessLog<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AccessLog::new(inner)
    }
}
