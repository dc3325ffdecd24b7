//! Where a vault is and who asks it, as an operator says it in variables: [`Loader::vault_from_env`](crate::Loader::vault_from_env).

use std::path::PathBuf;
use std::time::Duration;

use super::{Auth, InvalidVault, KvSecret, Vault};
use crate::problem::{Problem, ProblemKind, Refusal};
use crate::{SecretString, SecureConfig};

/// A vault, or none when nothing is said of one.
#[derive(SecureConfig)]
#[secure(crate = crate)]
pub(crate) struct Bootstrap {
    #[secure(nested)]
    pub(crate) vault: Option<VaultSettings>,
}

#[derive(SecureConfig)]
#[secure(crate = crate)]
pub(crate) struct VaultSettings {
    /// Where the vault is: `https://host:port`.
    addr: String,
    /// The path of the secret below its mount.
    path: String,
    /// Where the KV engine is mounted.
    #[secure(default = "secret")]
    mount: String,
    /// The namespace to work in.
    namespace: Option<String>,
    /// The authorities that are trusted (PEM), in place of those of the system.
    cacert: Option<PathBuf>,
    /// How long a read may take, with all attempts.
    #[secure(default = "10s")]
    timeout: Duration,
    /// A token.
    #[secure(kind = "token", min_len = 1)]
    token: Option<SecretString>,
    /// The file in which an agent keeps a token fresh; it is read for every request.
    sink: Option<PathBuf>,
    /// The role id of an AppRole.
    role_id: Option<String>,
    /// Its secret id.
    #[secure(kind = "token", min_len = 1)]
    secret_id: Option<SecretString>,
    /// The role for the service account of a pod.
    k8s_role: Option<String>,
    /// Where the way of logging in is mounted, if not at its own name.
    auth_mount: Option<String>,
}

impl VaultSettings {
    /// The secret that the variables name; nothing is connected to.
    pub(crate) fn secret(self) -> Result<KvSecret, Box<Problem>> {
        let auth = match (self.token, self.sink, self.role_id, self.secret_id, self.k8s_role) {
            (Some(token), None, None, None, None) => Auth::token(token),
            (None, Some(sink), None, None, None) => Auth::token_file(sink),
            (None, None, Some(role), Some(secret), None) => Auth::app_role(role, secret),
            (None, None, None, None, Some(role)) => Auth::kubernetes(role),
            (token, sink, role, secret, k8s_role) => {
                let set = [
                    token.is_some(),
                    sink.is_some(),
                    role.is_some(),
                    secret.is_some(),
                    k8s_role.is_some(),
                ];
                return Err(Box::new(no_way_in(set)));
            }
        };
        let auth = match self.auth_mount {
            Some(mount) => auth.mount(mount),
            None => auth,
        };
        let mut vault = Vault::builder(self.addr, auth).deadline(self.timeout);
        if let Some(namespace) = self.namespace {
            vault = vault.namespace(namespace);
        }
        if let Some(path) = self.cacert {
            vault = vault.ca_file(path);
        }
        let secret = vault.build().and_then(|vault| vault.kv(self.mount, self.path));
        secret.map_err(|invalid| {
            let refusal = Refusal::new(ProblemKind::Vault, format!("cannot be used: {invalid}"));
            Box::new(refusal.of(variable(invalid), None))
        })
    }
}

/// What is wrong with the ways to log in, of which `set` are set: none is, half of one, or more than one.
fn no_way_in(set: [bool; 5]) -> Problem {
    const NAMES: [&str; 5] = [
        "VAULT_TOKEN",
        "VAULT_SINK",
        "VAULT_ROLE_ID",
        "VAULT_SECRET_ID",
        "VAULT_K8S_ROLE",
    ];
    let named: Vec<&str> = NAMES
        .into_iter()
        .zip(set)
        .filter_map(|(name, set)| set.then_some(name))
        .collect();
    let half = |name, other| {
        Refusal::new(ProblemKind::Missing, format!("not set, and {other} is"))
            .remedy("set both, or log in another way")
            .of(name, None)
    };
    match named.as_slice() {
        ["VAULT_ROLE_ID"] => half("VAULT_SECRET_ID", "VAULT_ROLE_ID"),
        ["VAULT_SECRET_ID"] => half("VAULT_ROLE_ID", "VAULT_SECRET_ID"),
        [one, others @ ..] => {
            let message = format!("is set, and so is another way to log in: {}", others.join(", "));
            Refusal::new(ProblemKind::Conflict, message)
                .remedy("keep one")
                .of(*one, None)
        }
        [] => Refusal::new(
            ProblemKind::Missing,
            "not set, nor is another way to log in to the vault",
        )
        .remedy("set VAULT_TOKEN, VAULT_SINK, VAULT_ROLE_ID with VAULT_SECRET_ID, or VAULT_K8S_ROLE")
        .of("VAULT_TOKEN", None),
    }
}

/// The variable to look at.
fn variable(invalid: InvalidVault) -> &'static str {
    match invalid {
        InvalidVault::Address | InvalidVault::Plaintext => "VAULT_ADDR",
        InvalidVault::AuthMount => "VAULT_AUTH_MOUNT",
        InvalidVault::Authorities | InvalidVault::AuthoritiesFile(_) => "VAULT_CACERT",
        InvalidVault::Deadline => "VAULT_TIMEOUT",
        InvalidVault::Mount => "VAULT_MOUNT",
        InvalidVault::Namespace => "VAULT_NAMESPACE",
        InvalidVault::Path => "VAULT_PATH",
        InvalidVault::Token => "VAULT_TOKEN",
    }
}
