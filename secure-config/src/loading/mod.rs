//! One load under way: the driver that walks descriptors, asks the sources and gathers what is wrong.
//!
//! It knows no struct. What the derive writes calls it once for each field, and gets a value or nothing.

mod findings;
mod finish;
pub(crate) mod generate;
mod names;
#[cfg(feature = "reload")]
mod notes;
mod twins;

use std::borrow::Cow;

use crate::access::Exposure;
use crate::check;
use crate::memory::{self, Locked};
use crate::origin::Origin;
use crate::problem::{ProblemKind, Refusal};
use crate::profile::Profile;
use crate::raw::Bytes;
use crate::report::Report;
use crate::schema::{Default, Field, Rule, Schema};
use crate::source::{Found, Place, Sources};
use crate::waiver::Waiver;
pub use findings::Check;
#[cfg(feature = "reload")]
pub(crate) use notes::{Kept, Marks, Notes, Taken};
use twins::Fingerprints;

/// One load under way.
pub struct Loading<'s> {
    sources: &'s Sources,
    report: Report,
    schema: &'static Schema,
    /// The prefixes of the structs met so far; a struct is known by its place here. The first is empty: that of absolute names.
    prefixes: Vec<Cow<'static, str>>,
    /// The struct that is being read.
    owner: usize,
    /// The name at hand.
    name: Name,
    /// Where the value at hand came from.
    origin: Option<Origin>,
    /// Room for a full name.
    scratch: String,
    fingerprints: Fingerprints,
    /// The fields that were left out.
    unset: Vec<Name>,
    /// Those that have their value from elsewhere than the environment: a name there may have been meant to overrule it.
    elsewhere: Vec<Elsewhere>,
    /// Whether the secrets in the environment are to be erased, and which there are.
    erases: bool,
    erasable: Vec<String>,
    /// How many secrets of the value at hand are carried.
    carried: usize,
    /// Whether an earlier set is in force.
    is_reload: bool,
    /// What is taken down for later loads.
    #[cfg(feature = "reload")]
    notes: Option<Notes>,
}

/// A full name, not joined yet: most are never shown.
#[derive(Clone, Copy, Debug)]
struct Name {
    prefix: usize,
    own: &'static str,
}

/// A variable whose value comes from another place than the environment.
struct Elsewhere {
    name: Name,
    place: Place,
    origin: Origin,
}

/// The place of the empty prefix, and of that of the struct that is loaded.
const NO_PREFIX: usize = 0;
const ROOT: usize = 1;

/// What became of the look-up of a field.
pub(crate) enum LookedUp<'s> {
    Value(Bytes<'s>),
    /// Not set, or only to nothing, there.
    Unset(Option<Origin>),
    Refused,
}

impl std::fmt::Debug for Loading<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loading")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl<'s> Loading<'s> {
    pub(crate) fn new(sources: &'s Sources, report: Report, schema: &'static Schema, erases: bool) -> Self {
        // Room for a few structs, so that it is asked for once.
        let mut prefixes = Vec::with_capacity(8);
        prefixes.extend(["", schema.prefix()].map(Cow::Borrowed));
        Self {
            sources,
            report,
            schema,
            prefixes,
            owner: ROOT,
            name: Name {
                prefix: NO_PREFIX,
                own: "",
            },
            origin: None,
            scratch: String::with_capacity(64),
            fingerprints: Fingerprints::new(),
            unset: Vec::new(),
            elsewhere: Vec::new(),
            erases,
            erasable: Vec::new(),
            carried: 0,
            is_reload: false,
            #[cfg(feature = "reload")]
            notes: None,
        }
    }

    /// The profile of the load.
    pub(crate) fn profile(&self) -> Profile {
        self.report.chosen.profile
    }

    /// Asks every source for the value of `field`.
    pub(crate) fn look_up(&mut self, field: &'static Field) -> LookedUp<'s> {
        #[cfg(feature = "reload")]
        if self.notes.is_some() {
            return self.look_up_noted(field);
        }
        self.look_up_now(field)
    }

    #[inline]
    fn look_up_now(&mut self, field: &'static Field) -> LookedUp<'s> {
        self.name = self.name_of(field, 0);
        // Nearly every value stands in the environment and nowhere else: that way is short.
        if let Some(bytes) = self.sources.variables.get_alone(self.joined()) {
            self.found(field, 0, Origin::Environment);
            return LookedUp::Value(bytes);
        }
        self.look_further(field)
    }

    #[inline(never)]
    fn look_further(&mut self, field: &'static Field) -> LookedUp<'s> {
        self.origin = None;
        let sources = self.sources;
        let mut empty = None;
        for place in Place::ALL {
            for index in 0..field.names().len() {
                self.name = self.name_of(field, index);
                match sources.find(place, self.joined()) {
                    Found::Nothing => {}
                    Found::Empty(origin) => empty = empty.or(Some(origin)),
                    Found::Value(raw) => {
                        self.note_elsewhere(place, &raw.origin, empty);
                        self.found(field, index, raw.origin);
                        self.note_exposure(field, raw.exposure);
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
        self.name = self.name_of(field, 0);
        self.left_out(field, empty)
    }

    /// What a field is that no source has: its default, what is made up for it, or nothing.
    fn left_out(&mut self, field: &'static Field, empty: Option<Origin>) -> LookedUp<'s> {
        if field.default().is_some() {
            if let Some(empty) = &empty {
                self.warn_of_empty(empty.clone(), "its default counts");
            }
        }
        let (bytes, origin) = match field.default() {
            Some(Default::Text(text)) => (text.as_bytes().into(), Origin::Default),
            _ => match self.generate(field) {
                Some(text) => (text.into(), Origin::Generated),
                None => return LookedUp::Unset(empty),
            },
        };
        self.origin = Some(origin);
        self.unset.push(self.name);
        LookedUp::Value(bytes)
    }

    /// The name of `field` with this index.
    #[inline]
    fn name_of(&self, field: &Field, index: usize) -> Name {
        let prefix = if field.is_absolute() {
            NO_PREFIX
        } else {
            self.owner
        };
        Name {
            prefix,
            own: field.names()[index],
        }
    }

    /// The name at hand, joined in `scratch` if it has to be.
    #[inline]
    fn joined(&mut self) -> &str {
        let prefix = &self.prefixes[self.name.prefix];
        if prefix.is_empty() {
            return self.name.own;
        }
        self.scratch.clear();
        self.scratch.push_str(prefix);
        self.scratch.push_str(self.name.own);
        &self.scratch
    }

    /// The full name.
    fn full(&self, name: Name) -> String {
        [&self.prefixes[name.prefix], name.own].concat()
    }

    /// The full name of `field`, which is in the struct that is being read.
    #[cold]
    pub(crate) fn full_name(&self, field: &Field) -> String {
        self.full(self.name_of(field, 0))
    }

    /// Makes `field` the one at hand again, and finds where its value came from.
    #[cold]
    pub(crate) fn find_again(&mut self, field: &'static Field) {
        #[cfg(feature = "reload")]
        if let Some(origin) = self.origin_at_start(field) {
            self.name = self.name_of(field, 0);
            self.origin = origin;
            return;
        }
        let sources = self.sources;
        for place in Place::ALL {
            for index in 0..field.names().len() {
                self.name = self.name_of(field, index);
                if let Found::Value(raw) = sources.find(place, self.joined()) {
                    self.origin = Some(raw.origin);
                    return;
                }
            }
        }
        self.name = self.name_of(field, 0);
        self.origin = field.default().map(|_| Origin::Default);
    }

    /// Takes down that the value was found under the name with this index, and what follows from that.
    #[inline]
    fn found(&mut self, field: &'static Field, index: usize, origin: Origin) {
        self.origin = Some(origin);
        if self.erases {
            self.carried = 0;
            self.note_erasable(field);
        }
        if field.names().len() > 1 {
            self.note_alias(field, index);
        }
    }

    /// Takes down that the value of the variable at hand comes from `place`, and warns when it is set to nothing before that.
    fn note_elsewhere(&mut self, place: Place, origin: &Origin, empty: Option<Origin>) {
        if place != Place::Variables {
            self.elsewhere.push(Elsewhere {
                name: self.name,
                place,
                origin: origin.clone(),
            });
        }
        if let Some(empty) = empty {
            self.warn_of_empty(empty, &format!("the value of {origin} counts"));
        }
    }

    /// Warns that the variable at hand is set to nothing, which is taken for unset: its author may have meant "off".
    #[cold]
    fn warn_of_empty(&mut self, empty: Origin, what_counts: &str) {
        let message = format!("is set to nothing: {what_counts}");
        let before = self.origin.replace(empty);
        self.warn(*Refusal::new(ProblemKind::Empty, message).remedy("give it a value, or remove it"));
        self.origin = before;
    }

    /// Warns of a file that others may read, if it holds a secret, or write.
    fn note_exposure(&mut self, field: &Field, exposure: Option<Exposure>) {
        let Some(exposure) = exposure else { return };
        if exposure == Exposure::Readable && !field.shape().is_secret() {
            return;
        }
        let message = format!("is in a file that {}", exposure.message());
        let file = self.origin.as_ref().map(ToString::to_string).unwrap_or_default();
        self.warn(*Refusal::new(ProblemKind::Permissions, message).remedy(exposure.remedy(&file)));
    }

    /// Takes down that the variable at hand holds a secret that must not stay there.
    fn note_erasable(&mut self, field: &'static Field) {
        if self.carries() && field.shape().is_secret() {
            self.erasable.push(self.full(self.name));
        }
    }

    /// Whether the value at hand stands in the environment and will be erased there.
    pub(crate) fn carries(&self) -> bool {
        self.erases && self.origin == Some(Origin::Environment)
    }

    /// Lets the process answer for the variable at hand with `secret` once it is erased, so that a later load finds it.
    ///
    /// Of a list, this is called with one item after the other.
    pub(crate) fn carry(&mut self, secret: &Locked, field: &Field) {
        if self.carries() {
            let name = self.full(self.name);
            match self.carried {
                0 => secret.carry_as(&name),
                _ => secret.carry_next(&name, field.delimiter()),
            }
            self.carried += 1;
        }
    }

    /// Warns of an old name that is in use, and of one that is set to no effect.
    #[cold]
    fn note_alias(&mut self, field: &'static Field, index: usize) {
        let (in_use, origin) = (self.name, self.origin.clone());
        if index > 0 {
            let newest = self.full(self.name_of(field, 0));
            let refusal = Refusal::new(ProblemKind::Deprecated, "is an old name");
            self.warn(*refusal.remedy(format!("use {newest}")));
        }
        for index in index + 1..field.names().len() {
            self.name = self.name_of(field, index);
            let sources = self.sources;
            for place in Place::ALL {
                if let Found::Value(raw) = sources.find(place, self.joined()) {
                    self.origin = Some(raw.origin);
                    self.note_erasable(field);
                    let message = format!("is ignored: {} is set", self.full(in_use));
                    self.warn(*Refusal::new(ProblemKind::Deprecated, message).remedy("remove it"));
                }
            }
        }
        (self.name, self.origin) = (in_use, origin);
    }

    /// A secret made up for this process, where the field and the profile allow it.
    fn generate(&mut self, field: &'static Field) -> Option<Locked> {
        if !self.profile().is_development() || !field.rules().contains(&Rule::GenerateInDev) {
            return None;
        }
        #[cfg(feature = "reload")]
        if let Some(text) = self.generated_before() {
            return Some(text);
        }
        let text = generate::text(field).ok()?;
        #[cfg(feature = "reload")]
        self.note_generated(&text);
        let refusal = Refusal::new(ProblemKind::Generated, "is made up for this process");
        self.warn(*refusal.remedy("what it signs is void after a restart; set it to keep that"));
        Some(text)
    }

    /// The value of `field` was refused.
    #[cold]
    pub(crate) fn refuse(&mut self, field: &'static Field, refusal: Refusal) {
        self.fingerprints.forget(field, self.owner);
        let mut problem = refusal.of(self.full(self.name), self.origin.clone());
        problem.about_secret = field.shape().is_secret();
        self.report.problems.push(problem);
    }

    /// Something about the value at hand deserves a look.
    #[cold]
    pub(crate) fn warn(&mut self, warning: Refusal) {
        let warning = warning.of(self.full(self.name), self.origin.clone());
        self.report.warnings.push(warning);
    }

    /// A field that must be set is not, or is set to nothing there.
    #[cold]
    pub(crate) fn missing(&mut self, field: &'static Field, empty: Option<Origin>) {
        let name = self.full(self.name);
        let refusal = if memory::was_erased(&name) {
            let message = "was erased by an earlier load, and what that made is gone";
            Refusal::new(ProblemKind::Missing, message)
                .remedy("keep the first settings until the new ones are loaded")
        } else if empty.is_some() {
            Refusal::new(ProblemKind::Empty, "is empty").remedy(remedy(field))
        } else if let Some(near) = self.near_miss(&name) {
            let message = format!("not set; {near} is: did you mean it?");
            Refusal::new(ProblemKind::Missing, message).remedy(format!("rename {near} to {name}"))
        } else {
            Refusal::new(ProblemKind::Missing, "not set").remedy(remedy(field))
        };
        self.origin = empty;
        self.refuse(field, *refusal);
    }

    /// A field that may be left out is.
    pub(crate) fn note_unset(&mut self) {
        self.unset.push(self.name);
    }

    /// Keeps what a secret is compared by.
    pub(crate) fn keep_fingerprint(&mut self, field: &'static Field, secret: &[u8]) {
        self.fingerprints
            .add(secret, field, self.owner, self.origin.clone());
    }

    /// Judges the value at hand by a check, and takes its warnings over.
    pub(crate) fn examine<T>(&mut self, check: impl FnOnce(&mut check::Context) -> T) -> T {
        let mut context = check::Context {
            profile: self.profile(),
            waivers: self.waivers(),
            warnings: Vec::new(),
        };
        let judged = check(&mut context);
        for warning in context.warnings {
            self.warn(warning);
        }
        judged
    }

    /// The waivers for the variable at hand.
    fn waivers(&self) -> Vec<Waiver> {
        if self.report.waivers.is_empty() {
            return Vec::new();
        }
        let name = self.full(self.name);
        self.report
            .waivers
            .iter()
            .filter(|waiver| waiver.key() == name)
            .cloned()
            .collect()
    }

    /// Gives the struct that `field` holds its place among the prefixes.
    fn place_of(&mut self, field: &Field) -> usize {
        let name = self.name_of(field, 0);
        let prefix = match &*self.prefixes[name.prefix] {
            "" => name.own.into(),
            _ => self.full(name).into(),
        };
        self.prefixes.push(prefix);
        self.prefixes.len() - 1
    }

    /// Walks into the struct that `field` holds.
    pub(crate) fn enter<T>(&mut self, field: &'static Field, read: impl FnOnce(&mut Self) -> T) -> T {
        let place = self.place_of(field);
        let outside = std::mem::replace(&mut self.owner, place);
        #[cfg(feature = "reload")]
        self.note_around(field, true);
        let value = read(self);
        #[cfg(feature = "reload")]
        self.note_around(field, false);
        self.owner = outside;
        value
    }

    /// Whether any variable of `schema` is set where `field` holds it.
    pub(crate) fn any_set(&mut self, field: &'static Field, schema: &'static Schema) -> bool {
        let prefix = self.full(self.name_of(field, 0));
        let is_set = |name: &str| {
            let found = |place| !matches!(self.sources.find(place, name), Found::Nothing | Found::Empty(_));
            Place::ALL.into_iter().any(found)
        };
        let mut any = false;
        schema.walk(&prefix, &mut |prefix, field| {
            any = any
                || field
                    .names()
                    .iter()
                    .any(|name| is_set(&field.full_name(prefix, name)));
        });
        #[cfg(feature = "reload")]
        let any = self.note_struct(field, any);
        any
    }
}

/// How to set what is missing.
fn remedy(field: &Field) -> Cow<'static, str> {
    if field.shape().is_secret() {
        check::remedy(field)
    } else {
        "set it in the environment, in a file that its name and _FILE names, or in .env".into()
    }
}
