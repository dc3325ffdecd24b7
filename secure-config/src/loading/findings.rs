//! Checks of several fields at once: functions of the service, which name what they refuse.

use std::borrow::Cow;
use std::marker::PhantomData;

use super::Loading;
use crate::problem::{Problem, ProblemKind, Refusal};
use crate::profile::Profile;
use crate::schema::{Field, Kind, Schema};

/// The findings of a check over several settings: the argument of a function that `#[secure(check = …)]` names.
///
/// Such a function sees the loaded struct and refuses fields by name. What it refuses joins the one report of the load, with the full name
/// of the variable and the place that its value came from. Reasons are static texts, so a check cannot quote a value.
///
/// Use a check for a rule over several fields, or for one that differs by [profile](Self::profile). For a rule over one field,
/// `validate = path` and a type that parses itself are simpler.
///
/// # Rules
///
/// 1. `check = function` runs once every field of the struct has loaded, and takes the struct: `fn(&Self, &mut Check<'_>)`.
/// 2. `check = function(a, b)` runs once these fields have loaded, whatever became of the others, and takes them: `fn(&A, &B, &mut Check<'_>)`.
///    The compiler checks their names.
/// 3. A refused field is one problem of the load, which then fails as a whole. The checks of an outer struct see only nested structs
///    without problems.
/// 4. A check is a pure function of its fields and the profile. The one exception: it may read a file or directory that a setting names,
///    bounded in size, where the program would refuse to start over what is in there.
///
/// # Examples
///
/// ```
/// use secure_config::{Check, SecureConfig};
///
/// #[derive(SecureConfig)]
/// #[secure(check = Smtp::consistent)]
/// struct Smtp {
///     host: Option<String>,
///     port: Option<u16>,
///     #[secure(default = false)]
///     starttls: bool,
/// }
///
/// impl Smtp {
///     fn consistent(&self, check: &mut Check<'_>) {
///         if self.port.is_some() && self.host.is_none() {
///             check.refuse("port", "is set without SMTP_HOST");
///         }
///         if !self.starttls && check.profile().is_production() {
///             check.refuse_with("starttls", "is off in production", "set it to true");
///         }
///     }
/// }
///
/// #[derive(SecureConfig)]
/// struct Settings {
///     #[secure(nested)]
///     smtp: Smtp,
/// }
///
/// let refused = Settings::loader().vars([("SMTP_PORT", "587")]).load().map(drop).unwrap_err();
/// assert_eq!(refused.to_string(), "\
/// configuration refused: 2 problems (profile: production, APP_ENV unset)
///
///   SMTP_PORT      is set without SMTP_HOST  environment
///   SMTP_STARTTLS  is off in production      default
///                  set it to true
/// ");
/// ```
#[derive(Debug)]
pub struct Check<'c> {
    profile: Profile,
    is_reload: bool,
    schema: &'static Schema,
    findings: Vec<Finding>,
    /// Room for a borrow, so that a check cannot be kept.
    borrows: PhantomData<&'c mut ()>,
}

#[derive(Debug)]
struct Finding {
    field: &'static str,
    item: Option<usize>,
    reason: &'static str,
    remedy: Option<&'static str>,
    is_warning: bool,
}

impl Check<'_> {
    /// Returns the profile of the load.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Returns whether an earlier set of these settings is in force, because a running service reads them again.
    ///
    /// A check that reads files leaves that out then, if the program replaces what was in them in another way: a certificate that is
    /// exchanged at this moment must not keep a new password from coming into force.
    #[must_use]
    pub fn is_reload(&self) -> bool {
        self.is_reload
    }

    /// Refuses the field: `reason` reads behind the variable's name, as in `is set without SMTP_HOST`.
    ///
    /// Name a field of a nested struct with dots: `database.url`.
    ///
    /// # Panics
    ///
    /// In builds with debug assertions, when the struct has no such field. Other builds refuse the load all the same, and report that the
    /// check names an unknown field.
    #[track_caller]
    pub fn refuse(&mut self, field: &'static str, reason: &'static str) {
        self.add(field, reason, None, None, false);
    }

    /// Refuses the field as [`refuse`](Self::refuse) does, and adds what the operator should do.
    #[track_caller]
    pub fn refuse_with(&mut self, field: &'static str, reason: &'static str, remedy: &'static str) {
        self.add(field, reason, Some(remedy), None, false);
    }

    /// Refuses one item of a list as [`refuse_with`](Self::refuse_with) does; `index` counts from 0, and the report from 1: `item 3: …`.
    #[track_caller]
    pub fn refuse_item(
        &mut self,
        field: &'static str,
        index: usize,
        reason: &'static str,
        remedy: &'static str,
    ) {
        self.add(field, reason, Some(remedy), Some(index), false);
    }

    /// Warns of the field: the load goes on, and its report shows this among the warnings.
    #[track_caller]
    pub fn warn(&mut self, field: &'static str, reason: &'static str, remedy: &'static str) {
        self.add(field, reason, Some(remedy), None, true);
    }

    #[track_caller]
    fn add(
        &mut self,
        field: &'static str,
        reason: &'static str,
        remedy: Option<&'static str>,
        item: Option<usize>,
        is_warning: bool,
    ) {
        debug_assert!(
            find(self.schema, field).is_some(),
            "a check of {} names `{field}`, which is not a field of it",
            self.schema.name()
        );
        self.findings.push(Finding {
            field,
            item,
            reason,
            remedy,
            is_warning,
        });
    }
}

/// The field that a path such as `database.url` names.
fn find(schema: &'static Schema, path: &str) -> Option<&'static Field> {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let field = schema.fields().iter().find(|field| field.ident() == name)?;
    match (rest, field.shape().kind) {
        (None, _) => Some(field),
        (Some(rest), Kind::Nested(inner)) => find(inner, rest),
        (Some(_), _) => None,
    }
}

impl Loading<'_> {
    /// Runs a check of the struct that is being read; returns whether it refused nothing.
    pub(crate) fn check(&mut self, schema: &'static Schema, run: &mut dyn FnMut(&mut Check<'_>)) -> bool {
        let mut check = Check {
            profile: self.profile(),
            is_reload: self.is_reload,
            schema,
            findings: Vec::new(),
            borrows: PhantomData,
        };
        run(&mut check);
        let is_sound = check.findings.iter().all(|finding| finding.is_warning);
        for finding in &check.findings {
            self.add_finding(schema, finding);
        }
        is_sound
    }

    #[cold]
    fn add_finding(&mut self, schema: &'static Schema, finding: &Finding) {
        let message: Cow<'static, str> = match finding.item {
            Some(index) => format!("item {}: {}", index + 1, finding.reason).into(),
            None => finding.reason.into(),
        };
        let mut refusal = Refusal::new(ProblemKind::Invalid, message);
        if let Some(remedy) = finding.remedy {
            refusal = refusal.remedy(remedy);
        }
        let outside = self.owner;
        let problem = self.problem_of(schema, finding.field, *refusal, finding.is_warning);
        self.owner = outside;
        let list = if finding.is_warning {
            &mut self.report.warnings
        } else {
            &mut self.report.problems
        };
        if !list.contains(&problem) {
            list.push(problem);
        }
    }

    /// The problem of the field that `path` names; the nested structs on the way become the owner.
    fn problem_of(
        &mut self,
        mut schema: &'static Schema,
        path: &'static str,
        refusal: Refusal,
        is_warning: bool,
    ) -> Problem {
        let Some(field) = find(schema, path) else {
            let remedy = format!("a mistake of the program: its check names `{path}`, which is not a field");
            return Box::new(refusal).remedy(remedy).of(schema.name(), None);
        };
        for name in path.split('.') {
            let on_the_way = schema.fields().iter().find(|field| field.ident() == name);
            if let Some((on_the_way, Kind::Nested(inner))) =
                on_the_way.map(|field| (field, field.shape().kind))
            {
                self.owner = self.place_of(on_the_way);
                schema = inner;
            }
        }
        if let Kind::Nested(_) = field.shape().kind {
            // The struct as a whole: by the beginning of its names.
            let prefix = &self.prefixes[self.owner];
            let key = match &**prefix {
                "" => field.ident().to_ascii_uppercase(),
                prefix => [prefix, "*"].concat(),
            };
            return refusal.of(key, None);
        }
        self.find_again(field);
        if !is_warning {
            // Only secrets that passed are compared.
            self.fingerprints.forget(field, self.owner);
        }
        let mut problem = refusal.of(self.full(self.name), self.origin.clone());
        problem.about_secret = field.shape().is_secret();
        problem
    }
}
