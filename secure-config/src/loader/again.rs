//! Loads the same settings again and again: from the same sources, in the same profile, as a whole.

use std::hash::RandomState;

use super::{Options, erase_env, open, warn_of_weaknesses};
use crate::SecureConfig;
use crate::loading::{Kept, Loading, Marks, Notes, Taken};
use crate::memory;
use crate::problem::{ProblemKind, Refusal};
use crate::report::{LoadError, Report};
use crate::source::{Noted, Pipes, Sources, Watch};

/// How often a load is begun anew because a file changed meanwhile.
const ATTEMPTS: usize = 4;

/// What loads of the same settings have in common.
pub(crate) struct Again {
    options: Options,
    /// The key of all hashes: never the same in two processes, and never shown.
    key: RandomState,
    kept: Kept,
    /// Of the set in force.
    marks: Marks,
    /// What the files held at the newest load, whatever became of that.
    seen: Option<Noted>,
    /// What the files held at the newest look, when that was something else.
    settling: Option<Noted>,
    /// What pipes gave: they are read once.
    pipes: Pipes,
    has_erased: bool,
    /// Whether an earlier load passed.
    is_in_force: bool,
}

/// A set that passed.
pub(crate) struct Loaded<T> {
    pub(crate) value: T,
    pub(crate) report: Report,
    /// The variables that hold something else than in the set before.
    pub(crate) changed: Vec<String>,
    /// The variables that hold something else than at the start, which stays in force.
    pub(crate) pending: Vec<String>,
}

/// What a look at the files found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// What the newest load read.
    Unchanged,
    /// Something else, perhaps half written.
    Changing,
    /// Something else, twice the same.
    Changed,
}

/// What one pass over the fields gave.
struct Pass<T> {
    value: Option<T>,
    report: Report,
    /// The variables to erase.
    secrets: Vec<String>,
    taken: Option<Taken>,
}

impl<T> Pass<T> {
    fn is_sound(&self) -> bool {
        self.value.is_some() && self.report.problems.is_empty()
    }
}

impl Again {
    pub(super) fn new(mut options: Options) -> Self {
        Self {
            pipes: std::mem::take(&mut options.pipes),
            options,
            key: RandomState::new(),
            kept: Kept::default(),
            marks: Marks::new(),
            seen: None,
            settling: None,
            has_erased: false,
            is_in_force: false,
        }
    }

    /// Loads a set whose files all held at one moment what was read of them.
    pub(crate) fn load<T: SecureConfig>(&mut self) -> Result<Loaded<T>, LoadError> {
        let (pass, pending) = memory::scrubbed(|| self.read());
        let Pass {
            value, report, taken, ..
        } = pass;
        self.options.chosen = Some(report.chosen);
        self.settling = None;
        #[cfg(feature = "tracing")]
        report.trace_warnings();
        match (value, taken) {
            (Some(value), Some(taken)) if report.problems.is_empty() => {
                let changed = changed(&self.marks, &taken.marks);
                self.kept = taken.kept;
                self.marks = taken.marks;
                self.is_in_force = true;
                Ok(Loaded {
                    value,
                    report,
                    changed,
                    pending,
                })
            }
            _ => Err(LoadError::new(report)),
        }
    }

    /// Looks whether the files hold what the newest load read.
    pub(crate) fn look(&mut self) -> Look {
        let Some(seen) = &self.seen else {
            return Look::Changed;
        };
        let now = memory::scrubbed(|| seen.look_again());
        if now.differs_from(seen).is_none() {
            self.settling = None;
            return Look::Unchanged;
        }
        let is_settled = |before: &Noted| now.differs_from(before).is_none();
        if self.settling.as_ref().is_some_and(is_settled) {
            return Look::Changed;
        }
        self.settling = Some(now);
        Look::Changing
    }

    fn read<T: SecureConfig>(&mut self) -> (Pass<T>, Vec<String>) {
        let mut attempt = 1;
        loop {
            let pipes = std::mem::take(&mut self.pipes);
            let (sources, report) = open::sources(&self.options, Watch::noting(self.key.clone(), pipes));
            let (mut pass, pending) = self.passes(&sources, report);
            let Sources { variables, watch, .. } = sources;
            let (noted, pipes) = watch.into_noted();
            self.pipes = pipes;
            let Some(noted) = noted else {
                return (pass, pending);
            };
            let now = noted.look_again_at_files();
            let torn = now.differs_from(&noted).map(|path| path.display().to_string());
            if let Some(path) = torn {
                if attempt < ATTEMPTS {
                    attempt += 1;
                    continue;
                }
                let refusal = Refusal::new(ProblemKind::Unreadable, "changes while it is read")
                    .remedy("write a new file beside it, then rename it over the old one");
                pass.report.problems.push(refusal.of(path, None));
            }
            self.seen = Some(noted);
            if self.options.erase_env && !self.has_erased {
                self.has_erased = true;
                erase_env(variables, &pass.secrets, &mut pass.report);
            }
            warn_of_weaknesses(&mut pass.report);
            return (pass, pending);
        }
    }

    /// Reads all fields; when some need a restart, once more with these as they were at the start. Both sets must pass.
    fn passes<T: SecureConfig>(&self, sources: &Sources, report: Report) -> (Pass<T>, Vec<String>) {
        let opened = report.clone();
        let new: Pass<T> = self.pass(sources, report, false);
        let pending = match &new.taken {
            Some(taken) if new.is_sound() => taken.pending.iter().cloned().collect(),
            _ => Vec::new(),
        };
        if pending.is_empty() {
            return (new, pending);
        }
        let mut in_force: Pass<T> = self.pass(sources, opened, true);
        if in_force.is_sound() {
            // The operator wrote the other set: its warnings are the ones to act on.
            in_force.report = new.report;
        }
        (in_force, pending)
    }

    fn pass<T: SecureConfig>(&self, sources: &Sources, report: Report, as_at_start: bool) -> Pass<T> {
        let notes = Notes::new(self.key.clone(), &self.kept, as_at_start);
        let loading = Loading::new(sources, report, T::SCHEMA, self.options.erase_env);
        let mut loading = loading.noting(notes, self.is_in_force);
        let value = T::read(&mut loading);
        let (report, secrets, taken) = loading.finish_noted();
        Pass {
            value,
            report,
            secrets,
            taken,
        }
    }
}

/// The variables whose marks differ.
fn changed(before: &Marks, after: &Marks) -> Vec<String> {
    let differs = |name: &&String| {
        let [before, after] = [before, after].map(|marks| marks.get(*name).copied().flatten());
        before != after
    };
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    let mut names: Vec<String> = after.keys().chain(gone).filter(differs).cloned().collect();
    names.sort_unstable();
    names
}
