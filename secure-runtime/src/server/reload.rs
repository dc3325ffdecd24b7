//! Reads again what may have changed: the certificate, and whatever the service adds.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::handle::Handle;

/// What a service does at a reload; a text for the operator out.
pub(super) type Hook = Box<dyn Fn() -> Outcome + Send + Sync>;

pub(super) type Outcome = Pin<Box<dyn Future<Output = Result<String, ReloadError>> + Send>>;

/// Why something could not be read again; what was in use before stays in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReloadError(String);

impl ReloadError {
    /// An error that says `why`, without any secret.
    #[must_use]
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for ReloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ReloadError {}

/// Reloads everything, whatever becomes of the parts: one that fails keeps no other from being read.
pub(super) async fn all(handle: &Handle, hooks: &[Hook]) -> Result<String, ReloadError> {
    let files = handle.clone();
    let certificate = tokio::task::spawn_blocking(move || files.reload_certificate())
        .await
        .unwrap_or_else(|_| Err(ReloadError::new("the certificate could not be read")));
    let mut texts = vec![match &certificate {
        Ok(true) => "the certificate was exchanged".to_owned(),
        Ok(false) => "the certificate is unchanged".to_owned(),
        Err(error) => format!("the certificate is refused: {error}"),
    }];
    let mut failed = certificate.is_err();
    for hook in hooks {
        texts.push(match hook().await {
            Ok(text) => text,
            Err(error) => {
                failed = true;
                error.to_string()
            }
        });
    }
    let text = texts.join("; ");
    if failed { Err(ReloadError(text)) } else { Ok(text) }
}
