//! What an admin request can set off.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::server::handle::Handle;

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

/// Exchanges the certificate and runs the service's own reload, if there is one.
pub(super) async fn reload(
    handle: Handle,
    hook: Option<Action>,
    body: String,
) -> Result<String, ActionError> {
    let _reloading = handle.reloading();
    let files = handle.clone();
    let exchanged = tokio::task::spawn_blocking(move || files.reload_certificate())
        .await
        .map_err(|_| ActionError::new("the certificate could not be read"))?
        .map_err(|error| ActionError::new(format!("the certificate is refused: {error}")))?;
    let mut done = if exchanged {
        "the certificate was exchanged"
    } else {
        "the certificate is unchanged"
    }
    .to_owned();
    if let Some(hook) = hook {
        let text = hook(body).await?;
        done.push_str("; ");
        done.push_str(&text);
    }
    Ok(done)
}
