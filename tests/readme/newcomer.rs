//! Somebody with a checkout, a toolchain and an empty folder beside it.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a shell needs to find the toolchain.
const KEPT: [&str; 6] = [
    "HOME",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "TMPDIR",
    "LD_LIBRARY_PATH",
];

/// A folder that is removed on drop.
pub(crate) struct Newcomer {
    folder: PathBuf,
    /// Keeps other runs of this checkout's tests out of the folder.
    _lock: File,
}

impl Newcomer {
    /// Makes a folder with a link to this checkout. It has the same name in every run, so that cargo can reuse what it compiled.
    pub(crate) fn arrives() -> Self {
        let mut hasher = DefaultHasher::new();
        (root(), rustix::process::geteuid().as_raw()).hash(&mut hasher);
        let name = format!("secure-config-readme-{:x}", hasher.finish());
        let folder = std::env::temp_dir().join(name);
        let lock = File::create(folder.with_extension("lock")).expect("the temporary directory is writable");
        lock.lock().expect("the file system has locks");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).expect("the temporary directory is writable");
        symlink(root(), folder.join("secure-config")).expect("a link to the checkout");
        Self { folder, _lock: lock }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn hello(&self) -> PathBuf {
        self.folder.join("hello")
    }

    pub(crate) fn writes(&self, name: &str, text: &str) {
        fs::write(self.hello().join(name), text).expect("the temporary directory can be written");
    }

    /// Writes these lines under `[dependencies]`, which `cargo new` leaves empty at the end.
    pub(crate) fn depends(&self, lines: &str) {
        let manifest = fs::read_to_string(self.hello().join("Cargo.toml")).expect("cargo made it");
        assert_eq!(manifest.trim_end().lines().last(), Some("[dependencies]"));
        self.writes("Cargo.toml", &[&manifest, lines].concat());
    }

    /// The versions that were fetched for the workspace are the ones that are there without a network.
    pub(crate) fn locks(&self) {
        let lock = fs::read_to_string(root().join("Cargo.lock")).expect("the workspace has a lock");
        self.writes("Cargo.lock", &lock);
    }

    pub(crate) fn mode(&self, name: &str) -> u32 {
        let file = fs::metadata(self.hello().join(name)).expect("it is there");
        file.permissions().mode() & 0o777
    }

    /// A shell for these commands. It knows the toolchain and nothing else of this process.
    pub(crate) fn command(&self, folder: &Path, script: &str) -> Command {
        let cargo = PathBuf::from(std::env::var_os("CARGO").expect("cargo runs the tests"));
        let mut path = cargo.parent().expect("it is in a folder").as_os_str().to_owned();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(folder).env_clear();
        for name in KEPT {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("PATH", path)
            .env("CARGO_NET_OFFLINE", "true")
            .env(
                "CARGO_TARGET_DIR",
                Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside"),
            )
            .stdin(Stdio::null());
        command
    }

    /// What these commands say, on both streams.
    pub(crate) fn run(&self, folder: &Path, script: &str) -> String {
        let script = format!("exec 2>&1\n{script}");
        let output = self.command(folder, &script).output().expect("the shell runs");
        String::from_utf8(output.stdout).expect("it is UTF-8")
    }
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        // What is left over lies in the temporary directory: nothing to do about it here.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests are a member of the workspace")
}
