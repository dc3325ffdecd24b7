//! What a check is: an async closure or a type that asks a dependency.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

mod failure;
mod outcome;
mod policy;
mod value;

pub use outcome::Outcome;
pub use policy::Policy;
pub use value::Value;

pub(super) use failure::Failure;
pub(super) use value::Kind;

/// Why a check failed. Its text goes to the log, never into an answer.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Asks a dependency whether it works.
///
/// A check is run in the background, one run at a time, and is cut off at its timeout: then its future is dropped at the point where it
/// waits. A panic counts as a failure. `Err` means unhealthy; a dependency that works, but not well, is [`Outcome::degraded`].
///
/// Closures that return a future are checks, so `async || …` is one; a closure whose future borrows from what it captured is not (its
/// lifetime cannot be named here): clone into the future, as below, or implement the trait.
///
/// # Examples
///
/// A closure, with a figure for the answer:
///
/// ```
/// use std::sync::Arc;
///
/// use secure_runtime::health::{BoxError, Health, Outcome};
///
/// # struct Pool;
/// # impl Pool { async fn ping(&self) -> Result<(), BoxError> { Ok(()) } fn size(&self) -> u32 { 5 } }
/// # let pool = Arc::new(Pool);
/// let health = Health::builder().critical("database", move || {
///     let pool = Arc::clone(&pool);
///     async move {
///         pool.ping().await?;
///         Ok::<_, BoxError>(Outcome::healthy().with("connections", pool.size()))
///     }
/// });
/// # drop(health);
/// ```
///
/// A type:
///
/// ```
/// use secure_runtime::health::{BoxError, Check, Outcome};
///
/// struct Spool { limit: usize }
///
/// impl Check for Spool {
///     async fn run(&self) -> Result<Outcome, BoxError> {
///         let waiting = 3;
///         let outcome = if waiting > self.limit { Outcome::degraded() } else { Outcome::healthy() };
///         Ok(outcome.with("waiting", waiting))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a health check",
    note = "a check is an async closure whose future is `Send`, owns what it uses and returns `Result<(), E>` or `Result<Outcome, E>`",
    note = "or a type that implements `Check`"
)]
pub trait Check: Send + Sync + 'static {
    /// Asks once.
    ///
    /// # Errors
    ///
    /// The dependency does not work.
    fn run(&self) -> impl Future<Output = Result<Outcome, BoxError>> + Send;
}

impl<F, Fut, T, E> Check for F
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, E>> + Send,
    T: Into<Outcome>,
    E: Into<BoxError>,
{
    async fn run(&self) -> Result<Outcome, BoxError> {
        match self().await {
            Ok(outcome) => Ok(outcome.into()),
            Err(error) => Err(error.into()),
        }
    }
}

/// A run under way.
pub(super) type Run = Pin<Box<dyn Future<Output = Result<Outcome, Failure>> + Send>>;

/// A check whose type is forgotten.
pub(super) trait AnyCheck: Send + Sync {
    fn start(self: Arc<Self>) -> Run;
}

impl<C: Check> AnyCheck for C {
    fn start(self: Arc<Self>) -> Run {
        // The error's text is made here too, where a panic of its `Display` is a panic of the check.
        Box::pin(async move { self.run().await.map_err(|error| Failure::of(&*error)) })
    }
}
