//! How a vault is described.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::address::{Address, is_path, without_slash};
use super::auth::{Auth, Way};
use super::error::InvalidVault;
use super::request::Server;
use super::session::Session;
use super::{Inner, Vault};
use crate::source::{open_bounded, read_locked};

/// Describes a vault, step by step: [`Vault::builder`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct VaultBuilder {
    address: String,
    auth: Auth,
    namespace: Option<String>,
    authorities: Option<PathBuf>,
    deadline: Duration,
    allows_plaintext: bool,
}

impl VaultBuilder {
    pub(super) fn new(address: String, auth: Auth) -> Self {
        Self {
            address,
            auth,
            namespace: None,
            authorities: None,
            deadline: Duration::from_secs(10),
            allows_plaintext: false,
        }
    }

    /// Works in this namespace, such as `admin` or `admin/`.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// Trusts the authorities in this file (PEM), and those of the system no more.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.authorities = Some(path.into());
        self
    }

    /// Sets how long a read may take, with all attempts; 10 s if unsaid.
    ///
    /// Names are resolved by the system, which knows no deadline of ours.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Accepts `http://` to another machine: where something else encrypts it, such as a service mesh.
    pub fn allow_plaintext(mut self) -> Self {
        self.allows_plaintext = true;
        self
    }

    /// Checks the description. Nothing is connected to.
    ///
    /// # Errors
    /// When a part of it cannot be.
    pub fn build(self) -> Result<Vault, InvalidVault> {
        let address = Address::parse(&self.address, self.allows_plaintext)?;
        let namespace = self.namespace.map(without_slash);
        if namespace.as_deref().is_some_and(|namespace| !is_path(namespace)) {
            return Err(InvalidVault::Namespace);
        }
        let auth = Auth {
            mount: without_slash(self.auth.mount),
            way: self.auth.way,
        };
        if !is_path(&auth.mount) {
            return Err(InvalidVault::AuthMount);
        }
        if let Way::Token(token) = &auth.way {
            let token = token.expose_secret();
            if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(InvalidVault::Token);
            }
        }
        if self.deadline.is_zero() || self.deadline > Duration::from_secs(300) {
            return Err(InvalidVault::Deadline);
        }
        let tls = if address.is_tls {
            Some(client_config(self.authorities.as_deref())?)
        } else {
            None
        };
        Ok(Vault(Arc::new(Inner {
            server: Server {
                address,
                tls,
                namespace,
            },
            auth,
            deadline: self.deadline,
            session: Mutex::new(Session::default()),
        })))
    }
}

fn client_config(authorities: Option<&Path>) -> Result<Arc<ClientConfig>, InvalidVault> {
    let mut roots = RootCertStore::empty();
    match authorities {
        Some(path) => {
            let pem = open_bounded(path)
                .and_then(|(mut file, metadata)| read_locked(&mut file, &metadata, path, |bytes| bytes.len()))
                .map_err(|error| InvalidVault::AuthoritiesFile(error.kind()))?;
            for certificate in CertificateDer::pem_slice_iter(&plain(pem.as_bytes())) {
                let certificate = certificate.map_err(|_| InvalidVault::Authorities)?;
                roots.add(certificate).map_err(|_| InvalidVault::Authorities)?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(InvalidVault::Authorities);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| InvalidVault::Authorities)?;
    Ok(Arc::new(
        config.with_root_certificates(roots).with_no_client_auth(),
    ))
}

/// Trims the lines of a PEM file: the parser skips what a byte order mark or a blank stands before.
fn plain(pem: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(pem.len() + 1);
    for line in pem.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        text.extend_from_slice(line.trim_ascii_start());
        text.push(b'\n');
    }
    text
}

impl fmt::Debug for VaultBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultBuilder")
            .field("auth", &self.auth)
            .field("namespace", &self.namespace)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
