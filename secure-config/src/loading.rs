//! One load under way: the driver that walks descriptors, asks the sources and gathers what is wrong.
//!
//! It knows no struct. What the derive writes calls it once for each field, and gets a value or nothing.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::check;
use crate::collide::{self, FILE_SUFFIX};
use crate::memory::{self, Locked};
use crate::origin::Origin;
use crate::problem::{ProblemKind, Refusal};
use crate::profile::Profile;
use crate::raw::Bytes;
use crate::report::Report;
use crate::schema::{Default, Field, Kind, Rule, Schema};
use crate::secret::Encoding;
use crate::source::{Found, Sources};

/// One load under way.
pub struct Loading<'s> {
    sources: &'s Sources,
    report: Report,
    schema: &'static Schema,
    /// The prefixes of the structs met so far; a struct is known by its place here.
    prefixes: Vec<String>,
    current: usize,
    /// The full name that the field at hand was found under, or would have been.
    key: String,
    /// Where the value at hand came from.
    origin: Option<Origin>,
    fingerprints: Vec<Fingerprint>,
    hasher: RandomState,
    unset: Vec<(&'static Field, usize)>,
    /// Whether the secrets in the environment are to be erased, and which there are.
    erases: bool,
    erasable: Vec<String>,
}

impl std::fmt::Debug for Loading<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loading")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// What stands for a secret when it is compared with the others: a keyed hash, whose key ends with the load.
struct Fingerprint {
    hash: u64,
    field: &'static Field,
    /// The struct it belongs to.
    owner: usize,
    origin: Option<Origin>,
}

/// What became of the look-up of a field.
pub(crate) enum LookedUp<'s> {
    Value(Bytes<'s>),
    /// Not set, or only to nothing, there.
    Unset(Option<Origin>),
    Refused,
}

impl<'s> Loading<'s> {
    pub(crate) fn new(sources: &'s Sources, report: Report, schema: &'static Schema, erases: bool) -> Self {
        Self {
            sources,
            report,
            schema,
            prefixes: vec![schema.prefix().to_owned()],
            current: 0,
            key: String::with_capacity(64),
            origin: None,
            fingerprints: Vec::new(),
            hasher: RandomState::new(),
            unset: Vec::new(),
            erases,
            erasable: Vec::new(),
        }
    }

    /// The profile of the load.
    pub(crate) fn profile(&self) -> Profile {
        self.report.chosen.profile
    }

    /// Asks every source for the value of `field`.
    pub(crate) fn look_up(&mut self, field: &'static Field) -> LookedUp<'s> {
        self.name(field, field.names()[0]);
        // Nearly every value stands in the environment and nowhere else: that way is short.
        if let Some(bytes) = self.sources.variables.get_alone(&self.key) {
            self.found(field, 0, Origin::Environment);
            return LookedUp::Value(bytes);
        }
        self.look_further(field)
    }

    fn look_further(&mut self, field: &'static Field) -> LookedUp<'s> {
        self.origin = None;
        let sources = self.sources;
        let mut empty = None;
        for place in sources.places() {
            for (index, name) in field.names().iter().enumerate() {
                self.name(field, name);
                match sources.find(place, &self.key) {
                    Found::Nothing => {}
                    Found::Empty(origin) => empty = empty.or(Some(origin)),
                    Found::Value(raw) => {
                        self.found(field, index, raw.origin);
                        return LookedUp::Value(raw.bytes);
                    }
                    Found::Refused(refusal, origin) => {
                        self.origin = origin;
                        self.note_erasable(field);
                        self.refuse(field, *refusal);
                        return LookedUp::Refused;
                    }
                }
            }
        }
        self.name(field, field.names()[0]);
        let (bytes, origin) = match field.default() {
            Some(Default::Text(text)) => (text.as_bytes().into(), Origin::Default),
            _ => match self.generate(field) {
                Some(text) => (text.into(), Origin::Generated),
                None => return LookedUp::Unset(empty),
            },
        };
        self.origin = Some(origin);
        self.unset.push((field, self.current));
        LookedUp::Value(bytes)
    }

    /// Makes `key` the full name of `field` under `name`.
    fn name(&mut self, field: &Field, name: &str) {
        self.key.clear();
        if !field.is_absolute() {
            self.key.push_str(&self.prefixes[self.current]);
        }
        self.key.push_str(name);
    }

    /// Takes down that the value was found under the name with this index, and what follows from that.
    fn found(&mut self, field: &'static Field, index: usize, origin: Origin) {
        self.origin = Some(origin);
        self.note_erasable(field);
        if field.names().len() > 1 {
            self.note_alias(field, index);
        }
    }

    /// Takes down that the variable at hand holds a secret that must not stay there.
    fn note_erasable(&mut self, field: &'static Field) {
        if self.carries() && field.shape().is_secret() {
            self.erasable.push(self.key.clone());
        }
    }

    /// Lets the process answer for the variable at hand with `secret` once it is erased, so that a later load finds it.
    pub(crate) fn carry(&self, secret: &Locked) {
        if self.carries() {
            secret.carry_as(&self.key);
        }
    }

    /// Whether the value at hand stands in the environment and will be erased there.
    pub(crate) fn carries(&self) -> bool {
        self.erases && self.origin == Some(Origin::Environment)
    }

    /// Warns of an old name that is in use, and of one that is set to no effect.
    #[cold]
    fn note_alias(&mut self, field: &'static Field, index: usize) {
        let newest = field.full_name(&self.prefixes[self.current], field.names()[0]);
        if index > 0 {
            let refusal =
                Refusal::new(ProblemKind::Deprecated, "is an old name").remedy(format!("use {newest}"));
            self.warn(field, *refusal);
        }
        let in_use = self.key.clone();
        for name in &field.names()[index + 1..] {
            self.name(field, name);
            let is_set = self
                .sources
                .places()
                .any(|place| matches!(self.sources.find(place, &self.key), Found::Value(_)));
            if is_set {
                self.note_erasable(field);
                let message = format!("is ignored: {in_use} is set");
                let refusal = Refusal::new(ProblemKind::Deprecated, message).remedy("remove it");
                self.warn(field, *refusal);
            }
        }
        self.key = in_use;
    }

    /// A secret made up for this process, where the field and the profile allow it.
    fn generate(&mut self, field: &'static Field) -> Option<Locked> {
        if !self.profile().is_development() || !field.rules().contains(&Rule::GenerateInDev) {
            return None;
        }
        let text = generated(field).ok()?;
        let refusal = Refusal::new(ProblemKind::Generated, "is made up for this process")
            .remedy("what it signs is void after a restart; set it to keep that");
        self.warn(field, *refusal);
        Some(text)
    }

    /// The value of `field` was refused.
    #[cold]
    pub(crate) fn refuse(&mut self, field: &'static Field, refusal: Refusal) {
        let owner = self.current;
        self.fingerprints
            .retain(|secret| !(std::ptr::eq(secret.field, field) && secret.owner == owner));
        let problem = refusal.of(self.key.clone(), self.origin.clone());
        self.report.problems.push(problem);
    }

    /// Something about the value of `field` deserves a look.
    #[cold]
    pub(crate) fn warn(&mut self, _: &'static Field, warning: Refusal) {
        let warning = warning.of(self.key.clone(), self.origin.clone());
        self.report.warnings.push(warning);
    }

    /// A field that must be set is not, or is set to nothing there.
    #[cold]
    pub(crate) fn missing(&mut self, field: &'static Field, empty: Option<Origin>) {
        let remedy = if field.shape().is_secret() {
            check::remedy(field)
        } else {
            "set it in the environment, in a file named by its name and _FILE, or in .env".into()
        };
        let refusal = match (&empty, self.near_miss(&self.key)) {
            _ if memory::was_erased(&self.key) => Refusal::new(
                ProblemKind::Missing,
                "was erased by an earlier load, and what that made is gone",
            )
            .remedy("keep the first settings until the new ones are loaded"),
            (Some(_), _) => Refusal::new(ProblemKind::Empty, "is empty").remedy(remedy),
            (None, Some(near)) => Refusal::new(
                ProblemKind::Missing,
                format!("not set; {near} is: did you mean it?"),
            )
            .remedy(format!("rename {near} to {}", self.key)),
            (None, None) => Refusal::new(ProblemKind::Missing, "not set").remedy(remedy),
        };
        self.origin = empty;
        self.refuse(field, *refusal);
    }

    /// A field that may be left out is.
    pub(crate) fn note_unset(&mut self, field: &'static Field) {
        self.unset.push((field, self.current));
    }

    /// Keeps what a secret is compared by.
    pub(crate) fn keep_fingerprint(&mut self, field: &'static Field, secret: &[u8]) {
        let hash = self.hasher.hash_one(secret);
        let origin = self.origin.clone();
        self.fingerprints.push(Fingerprint {
            hash,
            field,
            owner: self.current,
            origin,
        });
    }

    /// Walks into the struct that `field` holds.
    pub(crate) fn enter<T>(&mut self, field: &'static Field, read: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.current;
        let mut prefix = String::with_capacity(32);
        if !field.is_absolute() {
            prefix.push_str(&self.prefixes[outside]);
        }
        prefix.push_str(field.names()[0]);
        self.prefixes.push(prefix);
        self.current = self.prefixes.len() - 1;
        let value = read(self);
        self.current = outside;
        value
    }

    /// Whether any variable of `schema` is set where `field` holds it.
    pub(crate) fn any_set(&mut self, field: &'static Field, schema: &'static Schema) -> bool {
        let sources = self.sources;
        let prefix = field.full_name(&self.prefixes[self.current], field.names()[0]);
        let mut any = false;
        schema.walk(&prefix, &mut |prefix, field| {
            any = any
                || field.names().iter().any(|name| {
                    let name = field.full_name(prefix, name);
                    let mut places = sources.places();
                    places
                        .any(|place| !matches!(sources.find(place, &name), Found::Nothing | Found::Empty(_)))
                });
        });
        any
    }

    /// A name that is set, that nothing reads, and that `wanted` may have been meant by.
    fn near_miss(&self, wanted: &str) -> Option<String> {
        let mut names = Vec::new();
        self.sources.for_each_name(&mut |name| {
            let bare = name.strip_suffix(FILE_SUFFIX).unwrap_or(name);
            let exempt = check::is_system_name(name) || check::is_service_link(name, None);
            if !exempt && !self.reads(name) && check::nearest(wanted, [bare]).is_some() {
                names.push(name.to_owned());
            }
        });
        check::nearest(wanted, names.iter().map(String::as_str))
            .or(names.first().map(String::as_str))
            .map(str::to_owned)
    }

    /// Whether some field reads the variable `name`.
    fn reads(&self, name: &str) -> bool {
        reads(
            self.schema.fields(),
            name,
            name.strip_prefix(self.schema.prefix()),
        )
    }

    /// Says what can only be said when all fields are known, and ends the load.
    pub(crate) fn finish(mut self) -> (Report, Vec<String>) {
        self.compare_secrets();
        self.report_collisions();
        self.warn_of_near_misses();
        self.warn_of_unknown_names();
        (self.report, self.erasable)
    }

    /// Equal secrets are a problem where they were declared to differ, and a warning elsewhere.
    fn compare_secrets(&mut self) {
        let secrets = std::mem::take(&mut self.fingerprints);
        for (index, second) in secrets.iter().enumerate() {
            for first in &secrets[..index] {
                let is_same_field = first.owner == second.owner && std::ptr::eq(first.field, second.field);
                if first.hash != second.hash || is_same_field {
                    continue;
                }
                let declared = |one: &Fingerprint, other: &Fingerprint| {
                    one.owner == other.owner
                        && one.field.rules().iter().any(|rule| {
                            matches!(rule, Rule::DiffersFrom(fields) if fields.contains(&other.field.ident()))
                        })
                };
                let name = |secret: &Fingerprint| {
                    secret
                        .field
                        .full_name(&self.prefixes[secret.owner], secret.field.names()[0])
                };
                let message = format!("is the same as {}", name(first));
                let refusal =
                    Refusal::new(ProblemKind::SameAsAnother, message).remedy(check::remedy(second.field));
                let problem = refusal.of(name(second), second.origin.clone());
                if declared(second, first) || declared(first, second) {
                    self.report.problems.push(problem);
                } else {
                    self.report.warnings.push(problem);
                }
                break;
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

    fn warn_of_near_misses(&mut self) {
        if self.unset.is_empty() {
            return;
        }
        let unset = std::mem::take(&mut self.unset);
        let wanted: Vec<String> = unset
            .iter()
            .map(|(field, owner)| field.full_name(&self.prefixes[*owner], field.names()[0]))
            .collect();
        let mut near = Vec::new();
        self.sources.for_each_name(&mut |name| {
            let bare = name.strip_suffix(FILE_SUFFIX).unwrap_or(name);
            let meant = check::nearest(bare, wanted.iter().map(String::as_str));
            let exempt =
                || check::is_system_name(name) || check::is_service_link(name, None) || self.reads(name);
            if let Some(meant) = meant
                && !exempt()
            {
                near.push((name.to_owned(), meant.to_owned()));
            }
        });
        for (name, meant) in near {
            let message = format!("is set and read by nothing; did you mean {meant}?");
            self.report
                .warnings
                .push(Refusal::new(ProblemKind::UnknownName, message).of(name, None));
        }
    }

    /// Names under the service's own prefix are meant for it.
    fn warn_of_unknown_names(&mut self) {
        let prefix = self.schema.prefix();
        if prefix.is_empty() {
            return;
        }
        let mut unknown = Vec::new();
        let known = |name: &str| {
            self.reads(name)
                || check::is_system_name(name)
                || check::is_service_link(name, None)
                || self.report.warnings.iter().any(|warning| warning.key == name)
                || self
                    .report
                    .problems
                    .iter()
                    .any(|problem| problem.message.contains(name))
        };
        self.sources.for_each_name(&mut |name| {
            if name.starts_with(prefix) && !known(name) && !unknown.iter().any(|seen| seen == name) {
                unknown.push(name.to_owned());
            }
        });
        for name in unknown {
            let refusal = Refusal::new(ProblemKind::UnknownName, "is set and read by nothing")
                .remedy("remove or rename it");
            self.report.warnings.push(refusal.of(name, None));
        }
    }
}

/// Whether one of `fields` reads `name`; `rest` is the name behind the prefix of their struct, if it has that.
fn reads(fields: &[Field], name: &str, rest: Option<&str>) -> bool {
    let is = |name: &str, own: &str| {
        name.strip_prefix(own)
            .is_some_and(|rest| rest.is_empty() || rest == FILE_SUFFIX)
    };
    fields.iter().any(|field| {
        let Some(rest) = (if field.is_absolute() { Some(name) } else { rest }) else {
            return false;
        };
        match field.shape().kind {
            Kind::Nested(inner) => reads(inner.fields(), name, rest.strip_prefix(field.names()[0])),
            _ => field.names().iter().any(|own| is(rest, own)),
        }
    })
}

/// A random value in the spelling of the field.
fn generated(field: &Field) -> std::io::Result<Locked> {
    let (mut bytes, mut encoding) = (32, Encoding::Base64Url);
    for rule in field.rules() {
        match *rule {
            Rule::Len(exact) => bytes = exact,
            Rule::MinLen(least) => bytes = bytes.max(least),
            Rule::Encoding(stated) => encoding = stated,
            _ => {}
        }
    }
    let random = Locked::filled(bytes, |out| crate::random::fill(out).map(|()| out.len()))?;
    Ok(crate::secret::encode(random.as_bytes(), encoding))
}
