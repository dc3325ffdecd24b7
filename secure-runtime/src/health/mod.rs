//! Answers whether the service lives, is ready and is well.
//!
//! | path | asks | answers |
//! |---|---|---|
//! | `/health/live` | whether the process answers | always 200; restart the process when it does not |
//! | `/health/ready` | whether it takes requests | 200 or 503; send no requests while it does not |
//! | `/health` | the same, with details for those who may see them | 200 or 503 |
//!
//! 1. **A probe never asks a dependency.** Each check runs in the background, once per period, one run at a time, and is cut off at its
//!    timeout. Ten thousand probes cost the database one query.
//! 2. An unhealthy *critical* check answers 503 `unhealthy`. An unhealthy *optional* check, and one that works badly, answer 200 `degraded`.
//! 3. One slow or failed run does not take the service out: a check is `degraded` from its first failed run, and `unhealthy` after
//!    [`failure_threshold`](Policy::failure_threshold) of them in a row (3 by default). It is healthy again after
//!    [`success_threshold`](Policy::success_threshold) successes in a row (1 by default). Until a check has passed once, each result counts at
//!    once: a service that has never reached its database is not ready.
//! 4. A run that panics, or takes longer than its timeout, has failed. The timeout is never more than half of the period, so each run is
//!    over before the next is due. A check whose last result is older than two periods and a timeout is unhealthy. None of this blocks or
//!    ends anything else.
//! 5. The service is `starting` until [`Lifecycle::serve`] and the first result of every critical check, and `draining` from
//!    [`Lifecycle::drain`] on; both answer 503. The server of this crate turns the lifecycle of the health that its builder is given; with
//!    another one, such as `axum::serve`, call both yourself. When neither has been arranged, the first probe logs a warning.
//! 6. Liveness stays 200 through all of it: a restart does not mend a database.
//! 7. Status and timestamp are for everyone. Details are for the metrics and admin listeners, for the holder of a token
//!    (`Authorization: Bearer`), and for everyone in the development profile. An error's text goes to the log only; the details give one
//!    word of our own as the reason: `failed`, `panicked`, `timeout`, `stale` or `recovering`.
//! 8. `HEAD` equals `GET`, other methods get a 405, nothing is cached. A browser gets a page.
//!
//! A check that fails logs its error at the first, second, fourth, eighth … failure, at the one that turns it unhealthy, and its recovery;
//! the secrets of this process are masked in it ([`secure_config::redact`]).
//!
//! **Caveat**: with `panic = "abort"` a panic in a check ends the process, as it does everywhere.
//!
//! # Examples
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use http::{Request, StatusCode};
//! use secure_runtime::health::{Health, Status};
//!
//! let health = Health::builder()
//!     .critical("database", async || Err::<(), _>("password authentication failed for user \"app\""))
//!     .optional("cache", async || Ok::<_, std::io::Error>(()))
//!     .start()?;
//! health.lifecycle().serve();
//! health.settled().await;
//! assert_eq!(health.status(), Status::Unhealthy);
//!
//! let answer = |path: &str| health.answer(&Request::get(path).body(()).expect("a request")).expect("an answer");
//! assert_eq!(answer("/health/ready").status(), StatusCode::SERVICE_UNAVAILABLE);
//! assert_eq!(answer("/health/live").status(), StatusCode::OK);
//!
//! let body = String::from_utf8(answer("/health").into_body().into())?;
//! assert!(body.starts_with(r#"{"status":"unhealthy","timestamp":"2"#));
//! assert!(!body.contains("password"));
//! # Ok(())
//! # }
//! ```
//!
//! As a layer, [`Health::layer`] goes around any tower or hyper service.

mod answer;
mod body;
mod builder;
mod check;
mod error;
mod future;
mod handle;
mod layer;
mod lifecycle;
mod report;
mod runner;
mod service;
mod settings;
mod slot;
mod status;
pub mod system;
mod timestamp;

pub use body::ResponseBody;
pub use builder::HealthBuilder;
pub use check::{BoxError, Check, Outcome, Policy, Value};
pub use error::StartError;
pub use future::{CallFuture, ResponseFuture};
pub use handle::Health;
pub use layer::HealthLayer;
pub use lifecycle::{Lifecycle, Phase};
pub use service::HealthService;
pub use settings::HealthSettings;
pub use status::Status;
