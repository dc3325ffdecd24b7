//! Settings that are read again while the service runs: real files, real exchanges of links, real servers.

mod checks;
mod content;
mod keyring;
mod leak;
mod restart;
mod runtime;
mod server;
mod subscribers;
mod torn;
#[cfg(unix)]
mod volume;

use std::path::Path;

use secure_config::reload::{Live, Polled};
use secure_config::{Loader, SecureConfig};
use tests::Scratch;

/// A loader that reads nothing but this `.env`.
fn dotenv<T: SecureConfig>(path: &Path) -> Loader<T> {
    let none: [(&str, &str); 0] = [];
    T::loader().vars(none).dotenv(path)
}

/// Writes a `.env` that is the service's alone.
fn write(scratch: &Scratch, text: &str) -> std::path::PathBuf {
    let path = scratch.file(".env", text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    path
}

/// Looks until a change is decided about; the first look that finds one only says so.
fn settled<T: SecureConfig>(live: &Live<T>) -> Polled {
    assert!(matches!(live.poll(), Polled::Changing));
    live.poll()
}

/// The variables that a settled look found changed.
fn exchanged<T: SecureConfig>(live: &Live<T>) -> Vec<String> {
    match settled(live) {
        Polled::Reloaded(reloaded) => reloaded.changed().to_vec(),
        other => panic!("{other:?}"),
    }
}
