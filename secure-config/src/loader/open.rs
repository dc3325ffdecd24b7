//! Opens the sources that a loader was told to read, and chooses the profile.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::{DotenvChoice, Options};
use crate::memory::Environment;
use crate::problem::{Problem, ProblemKind, Refusal};
use crate::profile::{self, Chosen, ChosenBy, Profile};
use crate::report::Report;
use crate::source::{self, Directories, Dotenv, ReadError, Sources, Variables, Watch};
use crate::waiver;

/// Where the file is looked for when the program names none.
pub(super) const DOTENV: &str = "./.env";

/// Opens the sources; what is wrong with them stands in the report.
pub(super) fn sources(options: &Options, watch: Watch) -> (Sources, Report) {
    let is_process = options.vars.is_none();
    let variables = match &options.vars {
        None => Variables::Process(Environment::of_process()),
        Some(given) => Variables::Given(Arc::clone(given)),
    };
    let mut report = match options.chosen {
        Some(chosen) => Report::new(chosen),
        None => choose_profile(options.profile, &variables),
    };
    read_waivers(&variables, &mut report);
    check_directories(&options.directories, &mut report);
    #[cfg(all(feature = "vault", feature = "derive"))]
    {
        report
            .problems
            .extend(options.named_vault.problems.iter().cloned());
        report
            .warnings
            .extend(options.named_vault.warnings.iter().cloned());
    }
    #[cfg(feature = "vault")]
    let vaults = read_vaults(&options.vaults, &watch, &mut report);
    let mut unread = Vec::new();
    let dotenv = open_dotenv(&options.dotenv, is_process, &watch, &mut report, &mut unread);
    (
        Sources {
            variables,
            directories: Directories::new(options.directories.clone(), is_process),
            #[cfg(feature = "vault")]
            vaults,
            dotenv,
            unread,
            is_strict: report.profile().is_production(),
            watch,
        },
        report,
    )
}

fn choose_profile(set: Option<Profile>, variables: &Variables) -> Report {
    if let Some(profile) = set {
        return Report::new(Chosen {
            profile,
            by: ChosenBy::Program,
        });
    }
    let (chosen, unclear) = profile::choose(|name| Some(variables.get(name)?.as_slice().to_vec()));
    let mut report = Report::new(chosen);
    for unclear in unclear {
        let refusal = Refusal::new(ProblemKind::Profile, unclear.message).remedy(unclear.remedy);
        report
            .problems
            .push(refusal.of(unclear.variable, Some(crate::Origin::Environment)));
    }
    report
}

fn read_waivers(variables: &Variables, report: &mut Report) {
    if let Some(text) = variables.get(waiver::VARIABLE) {
        let (waivers, problems) = waiver::parse(text.as_slice(), SystemTime::now());
        report.waivers = waivers;
        report.problems.extend(problems);
    }
}

/// Directories that the program names must be there.
fn check_directories(directories: &[PathBuf], report: &mut Report) {
    for directory in directories {
        if let Err(error) = source::search(directory) {
            report
                .problems
                .push(source::unusable(error).of(directory.display().to_string(), None));
        }
    }
}

/// Reads the secrets of vaults that the program names.
#[cfg(feature = "vault")]
fn read_vaults(
    secrets: &[crate::vault::KvSecret],
    watch: &Watch,
    report: &mut Report,
) -> Vec<(Arc<str>, crate::vault::Document)> {
    let mut documents = Vec::with_capacity(secrets.len());
    for secret in secrets {
        let read = secret.read();
        watch.note_vault(secret, &read);
        match read {
            Ok(document) => documents.push((secret.label().into(), document)),
            Err(error) => {
                let message = format!("could not be read from {}: {error}", secret.server());
                let refusal = Refusal::new(ProblemKind::Vault, message).remedy(error.remedy());
                report.problems.push(refusal.of(secret.label(), None));
            }
        }
    }
    documents
}

fn open_dotenv(
    choice: &DotenvChoice,
    is_process: bool,
    watch: &Watch,
    report: &mut Report,
    unread: &mut Vec<Problem>,
) -> Option<Dotenv> {
    let path = match choice {
        DotenvChoice::Path(path) => path.as_path(),
        // One look at the name: most services have no such file, and a link that leads nowhere is something.
        DotenvChoice::IfThere if is_process => match Dotenv::look_for(Path::new(DOTENV), watch) {
            Ok(()) => Path::new(DOTENV),
            Err(ReadError::NotFound) => return None,
            Err(error) => {
                let why = match error {
                    ReadError::Unsearchable => {
                        "this user may not search the working directory: permission denied".to_owned()
                    }
                    error => format!("it {error}"),
                };
                let refusal = Refusal::new(ProblemKind::Unreadable, format!("cannot be looked for: {why}"))
                    .remedy("start the service in a directory that its user may search, or let the program say no_dotenv()");
                unread.push(refusal.of(".env", None));
                return None;
            }
        },
        DotenvChoice::IfThere | DotenvChoice::None => return None,
    };
    let shown = || path.strip_prefix("./").unwrap_or(path).display().to_string();
    let (dotenv, access) = match Dotenv::read(path, watch) {
        Ok(read) => read,
        Err(error) => {
            let refusal = Refusal::new(ProblemKind::Unreadable, error.to_string()).remedy(error.remedy());
            report.problems.push(refusal.of(shown(), None));
            return None;
        }
    };
    for error in dotenv.errors() {
        let message = format!("line {} {}", error.line, error.why);
        let refusal = Refusal::new(ProblemKind::Dotenv, message).remedy(error.remedy);
        report.problems.push(refusal.of(shown(), None));
    }
    if report.profile().is_production() {
        if let Some(exposure) = access.exposure() {
            let refusal = Refusal::new(ProblemKind::Permissions, exposure.message())
                .remedy(exposure.remedy(&shown()))
                .of(shown(), None);
            let list = if exposure.is_refused() {
                &mut report.problems
            } else {
                &mut report.warnings
            };
            list.push(refusal);
        }
    }
    for name in profile::VARIABLES {
        if dotenv.get(name).is_some() {
            let message = "is set in .env, where it does not select the profile";
            let refusal = Refusal::new(ProblemKind::Profile, message)
                .remedy("set it in the environment of the process");
            report.warnings.push(refusal.of(name, None));
        }
    }
    Some(dotenv)
}
