//! How a service proves to a vault who it is.

use std::fmt;
use std::path::PathBuf;

use crate::secret::SecretString;

/// Where Kubernetes mounts the token of a pod's service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// How a service proves to a vault who it is.
///
/// `Debug` shows the way, and nothing of the credentials.
pub struct Auth {
    pub(super) way: Way,
    /// Where the method is mounted, below `auth/`.
    pub(super) mount: String,
}

pub(super) enum Way {
    Token(SecretString),
    TokenFile(PathBuf),
    AppRole {
        role_id: String,
        secret_id: SecretString,
    },
    Kubernetes {
        role: String,
        jwt: PathBuf,
    },
}

impl Auth {
    /// With a token that the service was given.
    #[must_use]
    pub fn token(token: SecretString) -> Self {
        Self::of("token", Way::Token(token))
    }

    /// With the token that a file holds; an agent keeps it fresh, so it is read for every request.
    #[must_use]
    pub fn token_file(path: impl Into<PathBuf>) -> Self {
        Self::of("token", Way::TokenFile(path.into()))
    }

    /// By AppRole: a role id, which is no secret by itself, and a secret id.
    #[must_use]
    pub fn app_role(role_id: impl Into<String>, secret_id: SecretString) -> Self {
        let role_id = role_id.into();
        Self::of("approle", Way::AppRole { role_id, secret_id })
    }

    /// By the service account of a pod; its token is read at every login, since Kubernetes exchanges it.
    #[must_use]
    pub fn kubernetes(role: impl Into<String>) -> Self {
        let (role, jwt) = (role.into(), SERVICE_ACCOUNT.into());
        Self::of("kubernetes", Way::Kubernetes { role, jwt })
    }

    /// Sets where the method is mounted, in place of `approle` or `kubernetes`.
    #[must_use]
    pub fn mount(mut self, mount: impl Into<String>) -> Self {
        self.mount = mount.into();
        self
    }

    /// Sets the file with the token of the service account.
    #[must_use]
    pub fn jwt_file(mut self, path: impl Into<PathBuf>) -> Self {
        if let Way::Kubernetes { jwt, .. } = &mut self.way {
            *jwt = path.into();
        }
        self
    }

    fn of(mount: &str, way: Way) -> Self {
        let mount = mount.to_owned();
        Self { way, mount }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match &self.way {
            Way::Token(_) => "Token",
            Way::TokenFile(_) => "TokenFile",
            Way::AppRole { .. } => "AppRole",
            Way::Kubernetes { .. } => "Kubernetes",
        };
        f.debug_struct("Auth")
            .field("way", &way)
            .field("mount", &self.mount)
            .finish()
    }
}
