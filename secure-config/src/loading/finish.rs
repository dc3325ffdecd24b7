//! What can only be said when all fields are known.

use super::{Loading, NO_PREFIX, Name, ROOT};
use crate::check;
use crate::problem::{Problem, ProblemKind, Refusal};
use crate::report::Report;
use crate::schema::collide;
use crate::waiver;

impl Loading<'_> {
    /// Ends the load: gives the report, and the variables that hold secrets.
    pub(crate) fn finish(mut self) -> (Report, Vec<String>) {
        self.judge();
        (self.report, self.erasable)
    }

    /// The same, with what was taken down.
    #[cfg(feature = "reload")]
    pub(crate) fn finish_noted(mut self) -> (Report, Vec<String>, Option<super::Taken>) {
        self.judge();
        let taken = self.notes.map(super::Notes::finish);
        (self.report, self.erasable, taken)
    }

    fn judge(&mut self) {
        self.report_twins();
        self.report_collisions();
        self.report_stray_waivers();
        self.warn_of_near_misses();
        self.warn_of_unknown_names();
        self.report_places();
    }

    /// A place that nobody asked for and that cannot be looked into is a warning; a problem when something is missing, which may be there.
    fn report_places(&mut self) {
        let unread: Vec<Problem> = (self.sources.unread.iter().cloned())
            .chain(self.sources.directories.unread())
            .collect();
        let is_missing =
            |problem: &Problem| matches!(problem.kind(), ProblemKind::Missing | ProblemKind::Empty);
        if self.report.problems.iter().any(is_missing) {
            self.report.problems.splice(0..0, unread);
        } else {
            self.report.warnings.extend(unread);
        }
        if self.sources.is_strict {
            self.report.warnings.extend(self.sources.directories.exposed());
        }
    }

    /// Equal secrets are a problem where they were declared to differ, and a warning elsewhere.
    fn report_twins(&mut self) {
        for twins in self.fingerprints.twins() {
            let name = |secret: &super::twins::Fingerprint| {
                let prefix = if secret.field.is_absolute() {
                    NO_PREFIX
                } else {
                    secret.owner
                };
                self.full(Name {
                    prefix,
                    own: secret.field.names()[0],
                })
            };
            let message = format!("is the same as {}", name(twins.first));
            let refusal =
                Refusal::new(ProblemKind::SameAsAnother, message).remedy(check::remedy(twins.second.field));
            let problem = refusal.of(name(twins.second), twins.second.origin.clone());
            let list = if twins.must_differ {
                &mut self.report.problems
            } else {
                &mut self.report.warnings
            };
            list.push(problem);
        }
    }

    /// A waiver that names no secret of the service waives nothing, and its author should know.
    fn report_stray_waivers(&mut self) {
        for waiver in &self.report.waivers {
            let mut is_secret = false;
            self.schema.walk(&self.prefixes[ROOT], &mut |prefix, field| {
                let reads = |name: &&str| field.full_name(prefix, name) == waiver.key();
                is_secret |= field.shape().is_secret() && field.names().iter().any(reads);
            });
            if !is_secret {
                let message = format!(
                    "waives a rule of {}, which is no secret of this service",
                    waiver.key()
                );
                self.report.problems.push(waiver::problem(message));
            }
        }
    }

    fn report_collisions(&mut self) {
        if !self.schema.may_collide() {
            return;
        }
        for (name, first, second) in collide::collisions(self.schema, self.schema.prefix()) {
            let message = format!("is read by two fields, {} and {}", first.ident(), second.ident());
            let refusal = Refusal::new(ProblemKind::DuplicateName, message)
                .remedy("the program must give one of them another name");
            self.report.problems.push(refusal.of(name, None));
        }
    }
}
