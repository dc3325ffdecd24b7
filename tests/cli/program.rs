//! A run of a program, and what it said.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tests::Scratch;

/// The service with a field of every kind.
pub(crate) const TARGET: &str = env!("CARGO_BIN_EXE_cli-target");
/// The one with the settings of the example `service`.
pub(crate) const SERVICE: &str = env!("CARGO_BIN_EXE_cli-service");

/// The secrets that `generate --write-env` makes up for [`TARGET`], in their order.
pub(crate) const REQUIRED: [&str; 13] = [
    "JWT_ACCESS_SECRET",
    "JWT_REFRESH_SECRET",
    "PEPPER",
    "HEX_KEY",
    "BASE64_KEY",
    "BASE64URL_KEY",
    "RAW_KEY",
    "STRONG_KEY",
    "ADMIN_PASSWORD",
    "BACKUP_PASSPHRASE",
    "LONG_PASSPHRASE",
    "JUDGED_SECRET",
    "RING_KEYS",
];

/// A directory, and the program that runs in it.
pub(crate) struct Room {
    pub(crate) scratch: Scratch,
    program: &'static str,
    variables: Vec<(OsString, OsString)>,
}

/// What a run said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("it is UTF-8"),
            err: String::from_utf8(output.stderr).expect("it is UTF-8"),
        }
    }
}

impl Room {
    pub(crate) fn new(program: &'static str) -> Self {
        Self {
            scratch: Scratch::new(),
            program,
            variables: Vec::new(),
        }
    }

    /// The same with a variable set.
    pub(crate) fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// `config` and the words of `line`.
    pub(crate) fn config(&self, line: &str) -> Said {
        self.run(["config"].into_iter().chain(line.split_whitespace()))
    }

    pub(crate) fn run(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Said {
        let output = self.command(arguments).output().expect("the program runs");
        output.into()
    }

    pub(crate) fn command(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = Command::new(self.program);
        command.args(arguments);
        self.prepare(&mut command);
        command
    }

    /// A shell that does `script`, with the program as `$0`.
    pub(crate) fn shell(&self, script: &str) -> Said {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script, self.program]);
        self.prepare(&mut command);
        command.output().expect("the shell runs").into()
    }

    fn prepare(&self, command: &mut Command) {
        command
            .current_dir(self.scratch.path())
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("it is there")
    }

    /// The names in the directory, in their order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.scratch.path()).expect("it is there");
        let name = |entry: std::io::Result<fs::DirEntry>| {
            let name = entry.expect("it can be listed").file_name();
            name.into_string().expect("it is UTF-8")
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }
}

/// The permission bits of a file.
pub(crate) fn mode(path: &Path) -> u32 {
    let metadata = fs::metadata(path).expect("it is there");
    metadata.permissions().mode() & 0o7777
}

/// The value that a line of a `.env` file gives `name`.
pub(crate) fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
}
