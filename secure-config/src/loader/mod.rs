//! Loading: what is read, how strictly, and what happens with the outcome.

#[cfg(feature = "reload")]
mod again;
mod open;

#[cfg(feature = "reload")]
pub(crate) use again::{Again, Look};

use std::ffi::OsString;
use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;

use crate::SecureConfig;
use crate::loading::Loading;
use crate::memory::{self, EraseError};
use crate::problem::{ProblemKind, Refusal};
use crate::profile::{Chosen, Profile};
use crate::report::{self, LoadError, Report};
use crate::source::{Given, Pipes, Sources, Variables, Watch};

/// Loads a `T`, step by step: [`SecureConfig::loader`] makes one.
///
/// For each field the sources are asked in this order; the first that has a value that is not empty wins:
///
/// 1. the environment of the process, `X`;
/// 2. the file that the variable `X_FILE` names; `X` and `X_FILE` both set is a problem;
/// 3. a file `X` or `x` in a secrets directory (`/run/secrets` if it is there), then in systemd's `$CREDENTIALS_DIRECTORY`;
/// 4. the secrets of vaults, as [`vault`](Self::vault) says;
/// 5. the `.env` file of the working directory, `X` or `X_FILE` in it; it is never exported to the environment;
/// 6. the field's default.
///
/// # Examples
///
/// ```
/// use secure_config::{Profile, SecureConfig};
///
/// #[derive(Debug, SecureConfig)]
/// struct Settings {
///     #[secure(default = 8080)]
///     port: u16,
/// }
///
/// let settings = Settings::loader().vars([("PORT", "9090")]).profile(Profile::Test).load()?;
/// assert_eq!(settings.port, 9090);
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[must_use = "a loader does nothing until `load` or `load_or_exit` is called"]
pub struct Loader<T> {
    options: Options,
    loads: PhantomData<fn() -> T>,
}

#[derive(Default)]
pub(crate) struct Options {
    profile: Option<Profile>,
    dotenv: DotenvChoice,
    directories: Vec<PathBuf>,
    vars: Option<Given>,
    #[cfg(feature = "vault")]
    vaults: Vec<crate::vault::KvSecret>,
    #[cfg(all(feature = "vault", feature = "derive"))]
    named_vault: NamedVault,
    /// What was read from pipes so far.
    pipes: Pipes,
    /// The profile that an earlier load of the same settings ran in.
    chosen: Option<Chosen>,
    erase_env: bool,
}

/// The vault that variables name, if a load is to look for one.
#[cfg(all(feature = "vault", feature = "derive"))]
#[derive(Default)]
struct NamedVault {
    is_wanted: bool,
    /// What is wrong with the variables.
    problems: Vec<crate::Problem>,
    warnings: Vec<crate::Problem>,
}

#[derive(Clone, Default)]
enum DotenvChoice {
    #[default]
    IfThere,
    Path(PathBuf),
    None,
}

impl<T: SecureConfig> Loader<T> {
    pub(crate) fn new() -> Self {
        let options = Options {
            erase_env: T::SCHEMA.erases_env(),
            ..Options::default()
        };
        Self {
            options,
            loads: PhantomData,
        }
    }

    /// Sets the profile, whatever the environment says.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.options.profile = Some(profile);
        self
    }

    /// Reads this `.env` file, which must be there, in place of `./.env`, which may be.
    pub fn dotenv(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.dotenv = DotenvChoice::Path(path.into());
        self
    }

    /// Reads no `.env` file.
    pub fn no_dotenv(mut self) -> Self {
        self.options.dotenv = DotenvChoice::None;
        self
    }

    /// Reads this directory of secrets, which must be there, in place of `/run/secrets`, which may be; again for one more.
    ///
    /// A file's name is the variable's, as it is or in lower case.
    pub fn secrets_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.directories.push(path.into());
        self
    }

    /// Reads this secret of a [vault](crate::vault), too; again for one more, which is asked after it.
    ///
    /// It comes behind the secrets directories and before `.env`. That it cannot be read is a problem.
    #[cfg(feature = "vault")]
    pub fn vault(mut self, secret: crate::vault::KvSecret) -> Self {
        self.options.vaults.push(secret);
        self
    }

    /// Reads the secret of a [vault](crate::vault) that variables name, if they do.
    ///
    /// The variables are read when the settings are loaded, from the same sources, and behind the vaults that the program names.
    ///
    /// | variable | says |
    /// |---|---|
    /// | `VAULT_ADDR`, `VAULT_PATH` | the server, and the path of the secret: both, or there is no vault |
    /// | `VAULT_MOUNT` | where the KV engine is mounted: `secret` |
    /// | `VAULT_TOKEN`; or `VAULT_SINK`; or `VAULT_ROLE_ID` and `VAULT_SECRET_ID`; or `VAULT_K8S_ROLE` | who asks: a token; a file in which an agent keeps one fresh; an AppRole; the service account of a pod |
    /// | `VAULT_AUTH_MOUNT` | where the way of logging in is mounted, if not at its own name |
    /// | `VAULT_NAMESPACE`, `VAULT_CACERT` | a namespace; the authorities that are trusted |
    /// | `VAULT_TIMEOUT` | how long a read may take, with all attempts: `10s` |
    ///
    /// A mount or a namespace may end in `/`, as the vault prints them. Of each `X` also `X_FILE`, as always. What is wrong with them is in
    /// the report of the load, under the name of the variable.
    #[cfg(all(feature = "vault", feature = "derive"))]
    pub fn vault_from_env(mut self) -> Self {
        self.options.named_vault.is_wanted = true;
        self
    }

    /// Reads these variables *instead of* the environment of the process, and neither `./.env` nor `/run/secrets`.
    ///
    /// For tests, which so never need `set_var`. Values may be anything that becomes an `OsString`.
    pub fn vars<K: Into<String>, V: Into<OsString>>(
        mut self,
        vars: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let pairs = vars.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.options.vars = Some(Variables::given(pairs));
        self
    }

    /// Overwrites the secrets in the environment of the process once they are loaded, as `#[secure(erase_env)]` on the struct does.
    ///
    /// It must run before the process starts a thread, so outside of `#[tokio::main]`; otherwise nothing is touched, and a warning says so.
    /// A refused load erases them too. What was erased is carried by the process until its last holder is dropped, so that a second load
    /// finds it.
    pub fn erase_env(mut self) -> Self {
        self.options.erase_env = true;
        self
    }

    /// Loads.
    ///
    /// # Errors
    /// Every problem of every field, in one report.
    pub fn load(self) -> Result<T, LoadError> {
        self.load_with_report().map(|(value, _)| value)
    }

    /// Loads, and gives the warnings and the profile with the value.
    ///
    /// # Errors
    /// Every problem of every field, in one report.
    pub fn load_with_report(mut self) -> Result<(T, Report), LoadError> {
        self.options.open_vault();
        let (value, report, _) = memory::scrubbed(|| self.read());
        #[cfg(feature = "tracing")]
        report.trace_warnings();
        match value {
            Some(value) if report.problems.is_empty() => Ok((value, report)),
            _ => Err(LoadError::new(report)),
        }
    }

    /// The sources that a load would read, opened. Nothing is erased.
    #[cfg(feature = "cli")]
    pub(crate) fn sources(mut self) -> (Sources, Report) {
        self.options.erase_env = false;
        self.options.open_vault();
        let pipes = std::mem::take(&mut self.options.pipes);
        open::sources(&self.options, Watch::with_pipes(pipes))
    }

    /// Loads with what an earlier look read from pipes.
    #[cfg(feature = "cli")]
    pub(crate) fn pipes(mut self, pipes: Pipes) -> Self {
        self.options.pipes = pipes;
        self
    }

    /// The `.env` file that a load would read if it were there.
    #[cfg(feature = "cli")]
    pub(crate) fn dotenv_path(&self) -> Option<PathBuf> {
        match &self.options.dotenv {
            DotenvChoice::Path(path) => Some(path.clone()),
            DotenvChoice::IfThere if self.options.vars.is_none() => Some(open::DOTENV.into()),
            DotenvChoice::IfThere | DotenvChoice::None => None,
        }
    }

    fn read(mut self) -> (Option<T>, Report, Pipes) {
        let erases = self.options.erase_env;
        let pipes = std::mem::take(&mut self.options.pipes);
        let (sources, report) = open::sources(&self.options, Watch::with_pipes(pipes));
        let mut loading = Loading::new(&sources, report, T::SCHEMA, erases);
        let value = T::read(&mut loading);
        let (mut report, secrets) = loading.finish();
        let Sources { variables, watch, .. } = sources;
        if erases {
            erase_env(variables, &secrets, &mut report);
        }
        warn_of_weaknesses(&mut report);
        (value, report, watch.into_pipes())
    }

    /// What every load of these settings has in common.
    #[cfg(feature = "reload")]
    pub(crate) fn again(mut self) -> Again {
        self.options.open_vault();
        Again::new(self.options)
    }

    /// Loads, or ends the process: the report on stderr and exit code 78 (`EX_CONFIG` of sysexits.h).
    ///
    /// Warnings of a good load go to stderr, too. In production without a terminal what is written there is also one JSON line, and a refusal
    /// is written to `/dev/termination-log` where that is there.
    #[must_use]
    pub fn load_or_exit(self) -> T {
        let (value, report) = self.load_with_report_or_exit();
        report::warn_on_stderr(&report);
        value
    }

    /// Loads, or ends the process as [`load_or_exit`](Self::load_or_exit) does; the warnings and the profile are the caller's to show.
    #[must_use]
    pub fn load_with_report_or_exit(self) -> (T, Report) {
        self.load_with_report()
            .unwrap_or_else(|error| report::refuse(&error))
    }
}

impl Options {
    /// Reads the variables that name a vault, if they are to be. Before the sources of the load are opened: both may erase what they read.
    #[cfg(all(feature = "vault", feature = "derive"))]
    fn open_vault(&mut self) {
        if !std::mem::take(&mut self.named_vault.is_wanted) {
            return;
        }
        let mut bootstrap = Loader::<crate::vault::Bootstrap>::new();
        bootstrap.options = Self {
            profile: self.profile,
            dotenv: self.dotenv.clone(),
            directories: self.directories.clone(),
            vars: self.vars.clone(),
            erase_env: self.erase_env,
            pipes: std::mem::take(&mut self.pipes),
            ..Self::default()
        };
        let (value, report, pipes) = memory::scrubbed(|| bootstrap.read());
        self.pipes = pipes;
        // What is wrong with the sources themselves the load reports.
        let of_vault = |problem: &crate::Problem| problem.key().starts_with("VAULT_");
        let named = &mut self.named_vault;
        named
            .problems
            .extend(report.problems.into_iter().filter(of_vault));
        named
            .warnings
            .extend(report.warnings.into_iter().filter(of_vault));
        if let Some(settings) = value.and_then(|bootstrap| bootstrap.vault) {
            match settings.secret() {
                Ok(secret) => self.vaults.push(secret),
                Err(problem) => named.problems.push(*problem),
            }
        }
    }

    #[cfg(not(all(feature = "vault", feature = "derive")))]
    #[expect(clippy::unused_self, reason = "there is no vault without the feature")]
    fn open_vault(&mut self) {}
}

impl<T> fmt::Debug for Loader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader")
            .field("profile", &self.options.profile)
            .finish_non_exhaustive()
    }
}

fn warn_of_weaknesses(report: &mut Report) {
    for weakness in memory::weaknesses() {
        let warning = Refusal::new(ProblemKind::Memory, weakness.to_string());
        report.warnings.push(warning.of("memory", None));
    }
}

fn erase_env(variables: Variables, secrets: &[String], report: &mut Report) {
    let (why, remedy) = match variables.erase(secrets) {
        Ok(()) => {
            report.erased_env = true;
            return;
        }
        Err(EraseError::Threads) => (
            "are not erased: the process has more than one thread",
            "load before any thread starts: in a plain main, before the runtime is built",
        ),
        Err(EraseError::Uncounted) => (
            "are not erased: the threads of the process cannot be counted, because /proc is not mounted or does not list them",
            "mount /proc in the container or chroot",
        ),
        Err(EraseError::Nested) => (
            "are not erased: another load, which this one runs inside of, reads them",
            "finish one load before you begin the next",
        ),
        Err(EraseError::Platform) => (
            "are not erased: this platform has no way to do it",
            "pass secrets as files (NAME_FILE or a secrets directory) there",
        ),
    };
    let warning = Refusal::new(ProblemKind::Memory, why).remedy(remedy);
    report.warnings.push(warning.of("environment variables", None));
}
