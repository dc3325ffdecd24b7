//! What an admin request can set off.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// An action: the request's body in, a text for the operator out.
pub(super) type Action = Arc<dyn Fn(String) -> Outcome + Send + Sync>;

pub(super) type Outcome = Pin<Box<dyn Future<Output = Result<String, ActionError>> + Send>>;

/// Why an action was not done; the operator gets the text as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionError(String);

impl ActionError {
    /// An error that says `why`, without any secret.
    #[must_use]
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ActionError {}
