//! What a load of live settings takes down: what each variable holds, and what stays as it was at the start.
//!
//! A load that reads a set for the first time in a process takes down the values of fields that need a restart. Later ones compare with
//! them, and, when they differ, run once more with the old values in place of the new: so both sets are checked as a whole, and the one
//! that comes into force is made of texts that passed.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::Arc;

use super::{Loading, LookedUp};
use crate::memory::Locked;
use crate::origin::Origin;
use crate::raw::Bytes;
use crate::schema::{Field, Rule};

/// What one load takes down.
pub(crate) struct Notes {
    key: RandomState,
    /// What earlier loads found first.
    kept: Kept,
    /// What this load found first.
    fresh: Kept,
    /// Whether fields that need a restart are read as they were at the start.
    as_at_start: bool,
    /// How many of the structs around the field at hand need a restart as a whole.
    around: usize,
    marks: Marks,
    pending: BTreeSet<String>,
}

/// Hashes of what the variables hold; of one that is not set, nothing.
pub(crate) type Marks = BTreeMap<String, Option<u64>>;

/// Values that stay until the process ends.
#[derive(Default)]
pub(crate) struct Kept {
    /// Of fields that need a restart, by the full name of the variable. One that was not set is kept as such.
    values: BTreeMap<String, Option<Value>>,
    /// Whether anything of an optional struct that needs a restart was set, by the beginning of its names.
    structs: BTreeMap<String, bool>,
    /// Secrets that were made up for this process.
    generated: BTreeMap<String, Locked>,
}

struct Value {
    bytes: Stored,
    origin: Option<Origin>,
}

/// The bytes of a value: those of a secret in locked memory, and others elsewhere. What is in locked memory counts as a secret, which
/// `redact` masks: an address or a path must not.
enum Stored {
    Secret(Locked),
    Plain(Arc<[u8]>),
}

impl Stored {
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Secret(bytes) => bytes.as_bytes(),
            Self::Plain(bytes) => bytes,
        }
    }

    /// One more handle: no copy.
    fn share(&self) -> Self {
        match self {
            Self::Secret(bytes) => Self::Secret(bytes.share()),
            Self::Plain(bytes) => Self::Plain(Arc::clone(bytes)),
        }
    }

    /// The bytes for a load.
    fn into_bytes<'s>(self) -> Bytes<'s> {
        match self {
            Self::Secret(bytes) => bytes.into(),
            Self::Plain(bytes) => Locked::copy_of(&bytes).into(),
        }
    }
}

/// What is known when a load has ended.
pub(crate) struct Taken {
    pub(crate) kept: Kept,
    pub(crate) marks: Marks,
    /// The variables that changed and need a restart.
    pub(crate) pending: BTreeSet<String>,
}

impl Kept {
    /// The same values: more handles, no copies.
    fn share(&self) -> Self {
        let value = |value: &Value| Value {
            bytes: value.bytes.share(),
            origin: value.origin.clone(),
        };
        let values = self.values.iter();
        let generated = self.generated.iter();
        Self {
            values: values
                .map(|(name, kept)| (name.clone(), kept.as_ref().map(value)))
                .collect(),
            structs: self.structs.clone(),
            generated: generated
                .map(|(name, text)| (name.clone(), text.share()))
                .collect(),
        }
    }

    /// Adds what is new; what is there stays.
    fn adopt(&mut self, fresh: Self) {
        for (name, value) in fresh.values {
            self.values.entry(name).or_insert(value);
        }
        for (name, is_set) in fresh.structs {
            self.structs.entry(name).or_insert(is_set);
        }
        for (name, text) in fresh.generated {
            self.generated.entry(name).or_insert(text);
        }
    }
}

impl Notes {
    pub(crate) fn new(key: RandomState, kept: &Kept, as_at_start: bool) -> Self {
        Self {
            key,
            kept: kept.share(),
            fresh: Kept::default(),
            as_at_start,
            around: 0,
            marks: Marks::new(),
            pending: BTreeSet::new(),
        }
    }

    /// Ends the load.
    pub(crate) fn finish(mut self) -> Taken {
        self.kept.adopt(self.fresh);
        Taken {
            kept: self.kept,
            marks: self.marks,
            pending: self.pending,
        }
    }

    /// The value at the start of a field that needs a restart, where that is to be read.
    fn at_start(&self, name: &str) -> Option<Option<(Stored, Option<Origin>)>> {
        if !self.as_at_start {
            return None;
        }
        let value = self.kept.values.get(name)?.as_ref();
        Some(value.map(|value| (value.bytes.share(), value.origin.clone())))
    }

    /// What stands for the value of `field`.
    ///
    /// Secrets of a list that was erased are carried one by one, and come back without the blanks that stood between them.
    fn mark(&self, field: &Field, bytes: &[u8]) -> u64 {
        match std::str::from_utf8(bytes) {
            Ok(text) if field.shape().list && field.shape().is_secret() => {
                let items = text.split(field.delimiter()).map(str::trim_ascii);
                let mut hasher = self.key.build_hasher();
                items.for_each(|item| item.hash(&mut hasher));
                hasher.finish()
            }
            _ => self.key.hash_one(bytes),
        }
    }

    /// Compares with the value at the start, or takes it down.
    fn compare(
        &mut self,
        name: &str,
        field: &Field,
        mark: Option<u64>,
        value: impl FnOnce() -> Option<Value>,
    ) {
        match self.kept.values.get(name) {
            None => {
                self.fresh.values.insert(name.to_owned(), value());
            }
            Some(kept) => {
                let kept = kept
                    .as_ref()
                    .map(|value| self.mark(field, value.bytes.as_bytes()));
                if kept != mark {
                    self.pending.insert(name.to_owned());
                }
            }
        }
    }

    /// Whether a struct is there, and was at the start.
    fn compare_struct(&mut self, name: String, is_set: bool) -> bool {
        match self.kept.structs.get(&name) {
            None => {
                self.fresh.structs.insert(name, is_set);
                is_set
            }
            Some(&was_set) if self.as_at_start => was_set,
            Some(&was_set) => {
                if was_set != is_set {
                    self.pending.insert(name);
                }
                is_set
            }
        }
    }
}

/// Whether its values are secrets, by its type or by what its name says.
fn is_secret(field: &Field) -> bool {
    field.shape().is_secret() || field.is_sensitive()
}

fn needs_restart(field: &Field) -> bool {
    field.rules().contains(&Rule::NeedsRestart)
}

impl<'s> Loading<'s> {
    /// Lets the load take down what it reads; `is_reload` when an earlier set is in force.
    pub(crate) fn noting(mut self, notes: Notes, is_reload: bool) -> Self {
        self.notes = Some(notes);
        self.is_reload = is_reload;
        self
    }

    /// Asks every source for the value of `field`, and takes down what it is.
    #[inline(never)]
    pub(super) fn look_up_noted(&mut self, field: &'static Field) -> LookedUp<'s> {
        let name = self.full(self.name_of(field, 0));
        let Some(notes) = &self.notes else {
            return self.look_up_now(field);
        };
        let stays = notes.around > 0 || needs_restart(field);
        if let Some(value) = notes.at_start(&name).filter(|_| stays) {
            return self.take_from_start(field, name, value);
        }
        let looked = self.look_up_now(field);
        let is_found = !matches!(self.origin, Some(Origin::Default | Origin::Generated));
        let (looked, found) = match looked {
            LookedUp::Value(bytes) if is_found && stays && is_secret(field) => {
                let bytes = bytes.into_locked();
                let found = Stored::Secret(bytes.share());
                (LookedUp::Value(bytes.into()), Some(found))
            }
            LookedUp::Value(bytes) if is_found && stays => {
                let found = Stored::Plain(bytes.as_slice().into());
                (LookedUp::Value(bytes), Some(found))
            }
            looked => (looked, None),
        };
        let origin = self.origin.clone();
        let Some(notes) = &mut self.notes else {
            return looked;
        };
        let mark = match &looked {
            LookedUp::Value(bytes) if is_found => Some(notes.mark(field, bytes.as_slice())),
            LookedUp::Value(_) | LookedUp::Unset(_) => None,
            LookedUp::Refused => return looked,
        };
        if stays {
            notes.compare(&name, field, mark, || found.map(|bytes| Value { bytes, origin }));
        }
        notes.marks.insert(name, mark);
        looked
    }

    /// The value that `field` had at the start.
    fn take_from_start(
        &mut self,
        field: &'static Field,
        name: String,
        value: Option<(Stored, Option<Origin>)>,
    ) -> LookedUp<'s> {
        if let Some(notes) = &mut self.notes {
            let mark = value
                .as_ref()
                .map(|(bytes, _)| notes.mark(field, bytes.as_bytes()));
            notes.marks.insert(name, mark);
        }
        self.name = self.name_of(field, 0);
        self.carried = 0;
        match value {
            Some((bytes, origin)) => {
                self.origin = origin;
                LookedUp::Value(bytes.into_bytes())
            }
            None => {
                self.origin = None;
                self.left_out(field, None)
            }
        }
    }

    /// Where the value of `field` came from, if it is read as it was at the start.
    pub(super) fn origin_at_start(&self, field: &'static Field) -> Option<Option<Origin>> {
        let notes = self.notes.as_ref()?;
        let stays = notes.around > 0 || needs_restart(field);
        let kept = notes
            .at_start(&self.full(self.name_of(field, 0)))
            .filter(|_| stays)?;
        Some(kept.and_then(|(_, origin)| origin))
    }

    /// What an earlier load made up for the variable at hand.
    pub(super) fn generated_before(&self) -> Option<Locked> {
        let kept = &self.notes.as_ref()?.kept.generated;
        Some(kept.get(&self.full(self.name))?.share())
    }

    /// Takes down what was made up for the variable at hand.
    pub(super) fn note_generated(&mut self, text: &Locked) {
        let name = self.full(self.name);
        if let Some(notes) = &mut self.notes {
            notes.fresh.generated.insert(name, text.share());
        }
    }

    /// Whether the optional struct that `field` holds is there, as `is_set` says or as it was at the start.
    pub(super) fn note_struct(&mut self, field: &'static Field, is_set: bool) -> bool {
        let name = [&*self.full(self.name_of(field, 0)), "*"].concat();
        match &mut self.notes {
            Some(notes) if notes.around > 0 || needs_restart(field) => notes.compare_struct(name, is_set),
            _ => is_set,
        }
    }

    /// Goes into the struct that `field` holds, or with `false` out of it.
    pub(super) fn note_around(&mut self, field: &'static Field, into: bool) {
        if let Some(notes) = self.notes.as_mut().filter(|_| needs_restart(field)) {
            notes.around = if into {
                notes.around + 1
            } else {
                notes.around.saturating_sub(1)
            };
        }
    }
}
