//! The `config` subcommand: what an operator asks a service about its settings before it starts.
//!
//! | command | what it does |
//! |---|---|
//! | `check [--json]` | Loads as the service would. The report on stderr, or as one line of JSON on stdout; exit code 0 or 78: the deploy gate. |
//! | `template` | Prints a `.env.example`: every variable with its documentation, rules and default; secrets are blank. `--write` makes the file, and never overwrites one; `--update` adds what is new to it. |
//! | `docs` | Every variable as a Markdown table. |
//! | `schema` | Every variable as a JSON Schema, draft 2020-12. |
//! | `generate KEY` | Prints a fresh value of the secret `KEY` that passes its own rules. |
//! | `generate --write-env` | Makes up every secret that a load would miss, and puts it into `.env`; with `KEY`, that one alone. |
//! | `rotate KEY…` | Replaces these secrets in `.env` by fresh ones; `--all`: all that stand there and can be made up. |
//! | `explain KEY` | What `KEY` is, its rules, where it is looked for, where it comes from now, and what a load says of it. |
//! | others | What the service [adds](Cli::command), such as the `audit` of secure-runtime: the deployment checklist, judged. |
//! | `--help` | The commands, and the names of all variables. |
//!
//! ```console
//! $ service config template --write && service config generate --write-env && service config check
//! .env.example is written
//! written to .env: JWT_ACCESS_SECRET, JWT_REFRESH_SECRET, REFRESH_TOKEN_FINGERPRINT_PEPPER
//! configuration is sound (profile: production, APP_ENV unset)
//! ```
//!
//! # Rules
//!
//! 1. No command shows a value that a source has: secrets never, plain values only as the report of a load echoes them. The one secret that is
//!    ever printed is a new one, by `generate KEY`, to whoever named it. Arguments are not echoed either: one may be a secret in the wrong place.
//! 2. What `generate` makes up is 256 random bits of the system or as many as the field's rules ask for, spelled as `encoding` says; a passphrase
//!    is made of pronounceable words. Each value is loaded before it is given: whatever the rules of the field say, also `differs_from` and
//!    `validate`, it passes, or the command fails.
//! 3. A URL is never made up. A `kind = "token"` is only when it is named: mostly somebody else issues it.
//! 4. `--write-env` fills what is missing and changes nothing else: lines, comments and order stay. An optional secret is not missing. A `.env`
//!    that is not there begins as the template.
//! 5. `rotate` replaces values of `.env` and changes nothing else. What comes from elsewhere (the environment, a mounted file, a vault), what
//!    others issue, and lists stay and are named; of secrets that were named all are replaced, or none. The old values are gone from the
//!    file: first make sure that nothing is encrypted under them.
//! 6. A file is replaced in one step, and by nobody else at the same time: the new one is written to `.env.tmp`, made exclusively with mode 0600,
//!    synced, and renamed. Symbolic links are refused. Whoever is killed on the way leaves the old file whole, and a `.env.tmp` that the next
//!    writer of the same user takes away when nothing has happened to it for five seconds.
//! 7. Exit codes are those of sysexits.h: 0; 64 for a wrong command line; 66 for a template to update that is not there; 71 without randomness;
//!    73 for a file that must not or cannot be written; 74 for output that cannot; 75 when somebody else is writing; 78 for a configuration that
//!    is refused, or that cannot be what was asked.
//!
//! The grammar is eight words and seven options, so it is read by hand: a parser such as clap would bring more crates than the whole library, and
//! the names of variables in its own error texts. So there are neither completions nor a manual page; `--help` and this page are both.
//!
//! **Caveat**: `check` judges the environment that it runs in. Run it where the service runs, with the same variables, files and user; a pod's
//! init container or `ExecStartPre=` are such places, a build server is not.
//!
//! # Examples
//!
//! A service with no other commands: `service config …` answers, `service` starts, anything else is refused with a usage line and exit code 64.
//!
//! ```no_run
//! use std::process::ExitCode;
//! use secure_config::{SecretString, SecureConfig, cli};
//!
//! #[derive(SecureConfig)]
//! struct Settings {
//!     /// Signs access tokens (HS256).
//!     jwt_access_secret: SecretString,
//! }
//!
//! fn main() -> ExitCode {
//!     if let Some(code) = cli::dispatch::<Settings>(std::env::args_os()) {
//!         return code;
//!     }
//!     let settings = Settings::load_or_exit();
//!     // …
//!     ExitCode::SUCCESS
//! }
//! ```
//!
//! A service that reads its own command line hands over what stands behind `config`:
//!
//! ```
//! use std::process::ExitCode;
//! use secure_config::{SecureConfig, cli::Cli};
//!
//! #[derive(SecureConfig)]
//! struct Settings {
//!     #[secure(default = 8080, range = 1..=65535)]
//!     port: u16,
//! }
//!
//! let config = |port: &'static str| {
//!     Cli::<Settings>::new().loader(move || Settings::loader().vars([("PORT", port)]))
//! };
//! // As ExitCode has no `==`, its Debug is compared.
//! let is = |code: ExitCode, number: u8| format!("{code:?}") == format!("{:?}", ExitCode::from(number));
//! assert!(is(config("9090").run(["check"]), 0));
//! assert!(is(config("70000").run(["check"]), 78));
//! assert!(is(config("9090").run(["chek"]), 64));
//! ```

mod args;
mod check;
mod env_file;
mod exit;
mod explain;
mod generate;
mod help;
mod json_schema;
mod rotate;
mod run;
mod service;
mod table;
mod template;
mod variables;
mod words;

use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use crate::loader::Loader;
use crate::origin::Escaped;
use crate::profile::Profile;
use crate::report::Report;
use crate::{LoadError, SecureConfig};
use args::Request;
use exit::{Failure, Streams};
pub use rotate::{RotateError, Rotated};
use service::Service;

/// Answers `config …` for the settings `T`; `args` are what stands behind `config`.
///
/// The exit code says what became of it: see the [module](self).
pub fn run<T: SecureConfig>(args: impl IntoIterator<Item = impl Into<OsString>>) -> ExitCode {
    Cli::<T>::new().run(args)
}

/// Answers the command line of a service that has no other commands; `args` are those of the process, its name included.
///
/// `None`: there are no arguments, and the service is to start.
pub fn dispatch<T: SecureConfig>(args: impl IntoIterator<Item = impl Into<OsString>>) -> Option<ExitCode> {
    Cli::<T>::new().dispatch(args)
}

/// Answers the command line of a service that has no other commands, or loads: the first line of `main`.
///
/// With arguments it ends the process as [`dispatch`] says; without it is [`Loader::load_with_report_or_exit`].
///
/// ```no_run
/// # use secure_config::{SecretString, SecureConfig, cli};
/// # #[derive(SecureConfig)]
/// # struct Settings { jwt_access_secret: SecretString }
/// let (settings, report) = cli::load_with_report_or_exit::<Settings>();
/// println!("profile: {}", report.profile());
/// # let _: Settings = settings;
/// ```
#[must_use]
pub fn load_with_report_or_exit<T: SecureConfig>() -> (T, Report) {
    // A command of the service's own cannot come: none was added.
    if let Some(Outcome::Code(code)) = Cli::<T>::new().outcome(std::env::args_os()) {
        std::process::exit(code.into());
    }
    T::loader().load_with_report_or_exit()
}

/// The `config` subcommand of a service, with its own loader and commands of its own.
#[must_use = "it does nothing until `run` or `dispatch` is called"]
pub struct Cli<T> {
    /// [`SecureConfig::loader`] when unsaid.
    loader: Option<Box<dyn Fn() -> Loader<T>>>,
    extra: Vec<Extra>,
    /// Those that stand beside `config`.
    beside: Vec<Extra>,
}

/// A command that the service adds.
struct Extra {
    name: &'static str,
    about: &'static str,
    run: Box<dyn FnOnce(Vec<OsString>) -> ExitCode>,
}

impl<T: SecureConfig> Cli<T> {
    /// The subcommand for `T`, loaded by [`SecureConfig::loader`].
    pub fn new() -> Self {
        Self {
            loader: None,
            extra: Vec::new(),
            beside: Vec::new(),
        }
    }

    /// Loads by what `make` makes: `check` is worth something only when it loads as the service does.
    pub fn loader(mut self, make: impl Fn() -> Loader<T> + 'static) -> Self {
        self.loader = Some(Box::new(make));
        self
    }

    /// Adds a command; `run` gets what stands behind its name. A name that is taken is never asked for.
    pub fn command(
        mut self,
        name: &'static str,
        about: &'static str,
        run: impl FnOnce(Vec<OsString>) -> ExitCode + 'static,
    ) -> Self {
        self.extra.push(Extra {
            name,
            about,
            run: Box::new(run),
        });
        self
    }

    /// Adds a command that stands beside `config`, such as `healthcheck`, for [`dispatch`](Self::dispatch); `run` gets what stands behind its
    /// name. It is called without a load.
    pub fn beside(
        mut self,
        name: &'static str,
        about: &'static str,
        run: impl FnOnce(Vec<OsString>) -> ExitCode + 'static,
    ) -> Self {
        self.beside.push(Extra {
            name,
            about,
            run: Box::new(run),
        });
        self
    }

    /// Answers `config …`; `args` are what stands behind `config`.
    pub fn run(self, args: impl IntoIterator<Item = impl Into<OsString>>) -> ExitCode {
        let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
        let mut streams = Streams {
            out: &mut out,
            err: &mut err,
        };
        let outcome = self.answer("config", args.into_iter().map(Into::into).collect(), &mut streams);
        drop((out, err));
        outcome.finish()
    }

    /// Answers the command line of a service that has no other commands; `args` are those of the process, its name included.
    ///
    /// `None`: there are no arguments, and the service is to start. `config …` and what stands [beside](Self::beside) it are answered, `--help`
    /// shows the usage, and anything else is refused with a usage line and exit code 64.
    #[must_use]
    pub fn dispatch(self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Option<ExitCode> {
        self.outcome(args).map(Outcome::finish)
    }

    fn outcome(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Option<Outcome> {
        let mut args = args.into_iter().map(Into::into);
        let program = args.next().unwrap_or_default();
        let first = args.next()?;
        let program = Path::new(&program)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let program = Escaped(&program).to_string();
        let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
        let mut streams = Streams {
            out: &mut out,
            err: &mut err,
        };
        let usage = help::beside(&program, &self.beside);
        let name = first.to_str();
        let beside = self.beside.iter().position(|one| Some(one.name) == name);
        let outcome = match (name, beside) {
            (Some("config"), _) => self.answer(&format!("{program} config"), args.collect(), &mut streams),
            (_, Some(index)) => Outcome::Extra(self.beside.swap_remove(index), args.collect()),
            (Some("--help" | "-h"), _) => {
                let text = help::all(&usage, &program, &self.beside);
                Outcome::of(streams.print(text).map(|()| 0), "", &mut streams)
            }
            _ => {
                streams.say(&format!("the service takes no such argument\n{usage}"));
                Outcome::Code(exit::USAGE)
            }
        };
        Some(outcome)
    }

    fn answer(mut self, program: &str, args: Vec<OsString>, streams: &mut Streams<'_>) -> Outcome {
        let names: Vec<&str> = self.extra.iter().map(|extra| extra.name).collect();
        let described: Vec<(&str, &str)> = self.extra.iter().map(|extra| (extra.name, extra.about)).collect();
        let usage = help::usage(program, &described);
        let request = match args::parse(args, &names) {
            Ok(Request::Extra(index, rest)) => return Outcome::Extra(self.extra.swap_remove(index), rest),
            Ok(request) => request,
            Err(failure) => return Outcome::of(Err(failure), &usage, streams),
        };
        let code = self.service(|service| match request {
            Request::Help => streams
                .print(help::text(program, &described, &service.all))
                .map(|()| 0),
            request => run::answer(service, &request, streams),
        });
        Outcome::of(code, &usage, streams)
    }

    /// Replaces the secrets called `keys` in `.env` by fresh ones, or with no key all that stand there and can be made up: what
    /// `config rotate` does, for a service that offers it to its operator while it runs.
    ///
    /// The file is replaced in one step or not at all. Nothing else of it changes, and nothing is loaded: have it read by
    /// `Live::reload`. A secret that comes from elsewhere, that others issue, or that is a list stays as it is and is
    /// [named](Rotated::left). It reads and writes files, and so blocks.
    ///
    /// # Errors
    /// A key is no secret of the service, or cannot be replaced; the file cannot be written, or somebody else is writing.
    pub fn rotate(&self, keys: &[&str]) -> Result<Rotated, RotateError> {
        self.service(|service| rotate::run(keys, service))
            .map_err(|failure| RotateError(Escaped(&failure.message).to_string()))
    }

    fn service<R>(&self, answer: impl FnOnce(&Service<'_>) -> R) -> R {
        let loader = || self.loader.as_ref().map_or_else(T::loader, |make| make());
        answer(&Service {
            schema: T::SCHEMA,
            all: variables::all(T::SCHEMA),
            sources: &|| loader().sources(),
            load: &|pipes| report(loader().pipes(pipes).load_with_report()),
            judge: &|vars| {
                report(
                    T::loader()
                        .profile(Profile::Production)
                        .vars(vars)
                        .load_with_report(),
                )
            },
            dotenv: loader().dotenv_path(),
        })
    }
}

impl<T: SecureConfig> Default for Cli<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for Cli<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra = self.extra.iter().chain(&self.beside);
        let names: Vec<&str> = extra.map(|extra| extra.name).collect();
        f.debug_struct("Cli")
            .field("commands", &names)
            .finish_non_exhaustive()
    }
}

/// What is left to do: nothing but to end, or a command of the service, which wants the streams for itself.
enum Outcome {
    Code(u8),
    Extra(Extra, Vec<OsString>),
}

impl Outcome {
    fn of(result: Result<u8, Failure>, usage: &str, streams: &mut Streams<'_>) -> Self {
        Self::Code(result.unwrap_or_else(|failure| {
            streams.say(&format!("{}\n", Escaped(&failure.message)));
            if failure.usage {
                streams.say(usage);
            }
            failure.code
        }))
    }

    fn finish(self) -> ExitCode {
        match self {
            Self::Code(code) => ExitCode::from(code),
            Self::Extra(extra, rest) => (extra.run)(rest),
        }
    }
}

fn report<T>(loaded: Result<(T, Report), LoadError>) -> Report {
    match loaded {
        Ok((_, report)) => report,
        Err(error) => error.report().clone(),
    }
}
