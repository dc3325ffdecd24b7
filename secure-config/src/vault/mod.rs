//! Secrets of OpenBao and HashiCorp Vault: the newest version of a secret of the KV engine, version 2, as a source of settings.
//!
//! # Rules
//!
//! 1. The names in the secret are those of the variables, as they are or in lower case. Text is taken as it is, numbers and truth values
//!    as they are written; `null` is not set; an object or a list is refused where a field asks for it.
//! 2. Among the sources a vault comes behind the secrets directories and before `.env`; of several the one that was named first. What an
//!    operator puts before it (the environment, a mounted file) so overrules it for one process, and a developer's `.env` never does.
//! 3. What is passing is tried again until the [deadline](VaultBuilder::deadline): no connection, a sealed server, 429, 5xx. What is not
//!    is told at once: a token that is refused, a path with nothing there. A vault that cannot be read is a problem of the load.
//! 4. A token that was had by a login is renewed when a third of its life is left, and had anew when that fails or it was revoked; so is
//!    a given one renewed if the vault lets it. Both happen when something is read: [`Live::poll`](crate::reload::Live::poll) does.
//! 5. `https://` only, but to this machine. The certificate is checked against the system's authorities, or those of a
//!    [file](VaultBuilder::ca_file). Redirects are not followed: the token would go with them.
//! 6. Answers are bounded to 1 MiB, and read and decoded in buffers that are locked and wiped; what is taken from them is copied once,
//!    to where the settings keep it. Tokens are secrets like any other. No error has room for one, nor for what a server says.
//!
//! With [`live`](crate::Loader::live) settings, a look ([`poll`](crate::reload::Live::poll)) reads the secret again and reloads when its
//! content is another one. When the vault is gone, the set in force stays, the reload is refused, counted and told once; when it is back,
//! the next look finds out.
//!
//! Everything here blocks: read before the runtime starts, or in `spawn_blocking`. No thread is started, so that
//! [`erase_env`](crate::Loader::erase_env) keeps its promise.
//!
//! **Caveats**: over TLS, rustls holds what it has decrypted in memory of its own for a moment, which is not wiped; talk to an agent on
//! this machine (`http://127.0.0.1:8100`) where that matters. A name is resolved by the system, in its own time.
//!
//! # Examples
//!
//! ```no_run
//! use secure_config::vault::{Auth, Vault};
//! use secure_config::{SecretString, SecureConfig};
//!
//! #[derive(Debug, SecureConfig)]
//! struct Bootstrap {
//!     #[secure(kind = "token")]
//!     vault_token: SecretString,
//! }
//!
//! #[derive(Debug, SecureConfig)]
//! struct Settings {
//!     #[secure(min_len = 32)]
//!     jwt_access_secret: SecretString,
//! }
//!
//! let bootstrap = Bootstrap::load_or_exit();
//! let vault = Vault::builder("https://vault.example.com:8200", Auth::token(bootstrap.vault_token)).build()?;
//! let settings = Settings::loader().vault(vault.kv("secret", "app")?).load_or_exit();
//! # Ok::<(), secure_config::vault::InvalidVault>(())
//! ```
//!
//! An address that would show the secrets to the network is refused:
//!
//! ```
//! use secure_config::SecretString;
//! use secure_config::vault::{Auth, InvalidVault, Vault};
//!
//! let auth = Auth::app_role("checkout", SecretString::from("7d1f36f0-95cb-4d0a-9a3e-0b5c9e6b6f4a".to_owned()));
//! let refused = Vault::builder("http://vault.example.com:8200", auth).build().unwrap_err();
//! assert_eq!(refused, InvalidVault::Plaintext);
//! ```
//!
//! Where the operator says where the vault is, by `VAULT_ADDR` and its like, or says nothing and there is none:
//!
//! ```
//! # use secure_config::{SecretString, SecureConfig};
//! # #[derive(Debug, SecureConfig)]
//! # struct Settings { #[secure(default = 10)] max_sessions: u32 }
//! let vars = [("VAULT_ADDR", "http://vault.example.com:8200"), ("VAULT_PATH", "app"), ("VAULT_K8S_ROLE", "checkout")];
//! let refused = Settings::loader().vars(vars).vault_from_env().load().unwrap_err();
//! assert!(refused.to_string().contains("VAULT_ADDR"));
//!
//! let settings = Settings::loader().vars([("MAX_SESSIONS", "20")]).vault_from_env().load()?;
//! assert_eq!(settings.max_sessions, 20);
//! # Ok::<(), secure_config::LoadError>(())
//! ```
//!
//! See the [HTTP API](https://openbao.org/api-docs/secret/kv/kv-v2/) of the engine.

mod address;
mod auth;
mod builder;
mod document;
mod error;
mod json;
mod request;
mod response;
mod session;
#[cfg(feature = "derive")]
mod settings;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use address::{is_path, without_slash};
pub use auth::Auth;
pub use builder::VaultBuilder;
pub(crate) use document::{Content, Document};
pub use error::{InvalidVault, VaultError};
use request::Server;
use session::Session;
#[cfg(feature = "derive")]
pub(crate) use settings::Bootstrap;

/// From a failed attempt to the next one: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// The longest that one attempt takes, where the deadline leaves room for another one.
const ATTEMPT: Duration = Duration::from_secs(5);

/// A server of OpenBao or HashiCorp Vault, and who asks it; see the [module](self).
///
/// A clone is another handle of the same session.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    server: Server,
    auth: Auth,
    deadline: Duration,
    /// Whoever has it is the one who asks.
    session: Mutex<Session>,
}

/// A secret of the KV engine, version 2: a source for [`Loader::vault`](crate::Loader::vault).
#[derive(Clone)]
pub struct KvSecret {
    vault: Vault,
    mount: String,
    path: String,
}

impl Vault {
    /// Describes the server at `https://host:port` and the way to log in; the default port is 443, and 80 for `http`.
    pub fn builder(address: impl Into<String>, auth: Auth) -> VaultBuilder {
        VaultBuilder::new(address.into(), auth)
    }

    /// Returns the secret `path` of the engine that is mounted at `mount`, such as `secret` or `secret/`.
    ///
    /// # Errors
    /// When mount or path could not stand in a URL as they are.
    pub fn kv(&self, mount: impl Into<String>, path: impl Into<String>) -> Result<KvSecret, InvalidVault> {
        let (mount, path) = (without_slash(mount.into()), path.into());
        if !is_path(&mount) {
            return Err(InvalidVault::Mount);
        }
        if !is_path(&path) {
            return Err(InvalidVault::Path);
        }
        Ok(KvSecret {
            vault: self.clone(),
            mount,
            path,
        })
    }
}

impl KvSecret {
    /// Reads the newest version; what is passing is tried again until the deadline.
    pub(crate) fn read(&self) -> Result<Document, VaultError> {
        let end = Instant::now() + self.vault.0.deadline;
        let (mut pause, mut telling) = (PAUSE.0, VaultError::TimedOut);
        loop {
            match self.attempt(end.min(Instant::now() + ATTEMPT)) {
                Err(error) if error.is_passing() => {
                    // The last attempt has little time: what an earlier one found says more than that.
                    if error != VaultError::TimedOut {
                        telling = error;
                    }
                    if Instant::now() + pause >= end {
                        return Err(telling);
                    }
                    thread::sleep(pause);
                    pause = (pause * 2).min(PAUSE.1);
                }
                read => return read,
            }
        }
    }

    /// Reads it once, for a look that comes again anyway.
    #[cfg(feature = "reload")]
    pub(crate) fn look(&self) -> Result<Document, VaultError> {
        self.attempt(Instant::now() + self.vault.0.deadline.min(ATTEMPT))
    }

    fn attempt(&self, end: Instant) -> Result<Document, VaultError> {
        let inner = &*self.vault.0;
        let path = format!("{}/data/{}", self.mount, self.path);
        let mut session = inner.session.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = session.read(&inner.server, &inner.auth, &path, end)?;
        Document::of(answer).map_err(|_| VaultError::Malformed)
    }

    /// Returns the address of the server with its port, for reports.
    pub(crate) fn server(&self) -> String {
        self.vault.0.server.address.to_string()
    }

    /// Returns its name in reports: `vault secret/app`.
    pub(crate) fn label(&self) -> String {
        format!("vault {}/{}", self.mount, self.path)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("address", &format_args!("{}", self.0.server.address))
            .field("auth", &self.0.auth)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for KvSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KvSecret")
            .field("mount", &self.mount)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
