//! Holds the fields of a span as they will stand in a line, merged with those of its parents.
//!
//! An event then looks at one span at any depth, and copies one run of bytes. What makes that sound:
//!
//! 1. A span's own fields come first, then the inherited ones that it does not override: the inner one wins.
//! 2. `Span::record` changes a span after its children were merged. Such changes are counted by tree of spans; a
//!    merge that has seen an older count is made again before it is used. The end of a root counts as one, so that what
//!    a thread remembers of it is not taken for the fields of a later span with the same id.
//! 3. No user code runs here, so no lock is held while any does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::callsite::Callsite;
use super::line::{Buffer, key_len, split_fields};
use super::visitor::Recorded;

/// The most bytes of span fields in a line; outer fields beyond it are dropped and counted.
pub(super) const SPAN_MAX: usize = 6_000;

/// The fields of a span, its own and the inherited ones.
#[derive(Clone)]
pub(super) struct Fields {
    pub(super) text: Arc<[u8]>,
    /// How many bytes of the text are the span's own fields.
    own: usize,
    /// The names in here, as bits of [`bit`](super::callsite::bit).
    pub(super) mask: u64,
    /// Fields that found no room.
    pub(super) dropped: u32,
    tree: Tree,
    /// The changes of the tree when this was made.
    seen: u64,
    /// Nothing is inherited: the span is the root of its tree.
    is_root: bool,
}

impl Fields {
    /// Whether the span has no parent with fields.
    #[inline]
    pub(super) fn is_root(&self) -> bool {
        self.is_root
    }

    /// Whether the span is certainly open still. Of one with a parent, only the thread that made it may ask.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        if self.is_root {
            // The end of a root changes its tree.
            self.is_fresh()
        } else {
            // The registry holds these as well, until the span is closed.
            Arc::strong_count(&self.text) > 1
        }
    }

    /// Whether no span of the tree was recorded to since this was made.
    #[inline]
    pub(super) fn is_fresh(&self) -> bool {
        self.seen == self.tree.changes().load(Ordering::Acquire)
    }

    /// The text of the span's own fields.
    fn own(&self) -> &[u8] {
        self.text.get(..self.own).unwrap_or_default()
    }
}

/// A root span and all inside it. Trees share counters: a change then makes more merges than it must, never fewer.
#[derive(Clone, Copy)]
struct Tree(usize);

const TREES: usize = 1_024;

impl Tree {
    #[inline]
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed) % TREES)
    }

    #[inline]
    fn changes(self) -> &'static AtomicU64 {
        static CHANGES: [AtomicU64; TREES] = [const { AtomicU64::new(0) }; TREES];
        &CHANGES[self.0 % TREES]
    }
}

/// The fields of a span as they were just written, without inherited ones.
pub(super) struct Own<'a> {
    pub(super) text: &'a mut Buffer,
    pub(super) mask: u64,
    pub(super) dropped: u32,
}

/// The fields of a new span.
#[inline]
pub(super) fn create(own: &mut Own<'_>, parent: Option<&Fields>) -> Fields {
    let len = own.text.len();
    let Some(parent) = parent else {
        let tree = Tree::new();
        let seen = tree.changes().load(Ordering::Acquire);
        return Fields {
            text: own.text.as_slice().into(),
            own: len,
            mask: own.mask,
            dropped: own.dropped,
            tree,
            seen,
            is_root: true,
        };
    };
    if parent.mask & own.mask != 0 || parent.text.len() + len > SPAN_MAX {
        return Merge::of(own.text.as_slice()).finish(own, Some(parent), parent.tree, parent.seen);
    }
    own.text.put(&parent.text);
    Fields {
        text: own.text.as_slice().into(),
        own: len,
        mask: own.mask | parent.mask,
        dropped: own.dropped + parent.dropped,
        tree: parent.tree,
        seen: parent.seen,
        is_root: false,
    }
}

/// Makes the fields of another new span without a parent out of those of one that is gone; false if they are in use, or of another length.
#[inline]
pub(super) fn reuse(fields: &mut Fields, own: &Own<'_>) -> bool {
    let text = own.text.as_slice();
    match Arc::get_mut(&mut fields.text) {
        Some(place) if place.len() == text.len() => place.copy_from_slice(text),
        _ => return false,
    }
    // Of the same tree: of what there was of that, nothing is left.
    fields.own = text.len();
    fields.mask = own.mask;
    fields.dropped = own.dropped;
    fields.seen = fields.tree.changes().load(Ordering::Acquire);
    fields.is_root = true;
    true
}

/// The fields of a span some of whose `own` were recorded late: the tree has changed once more.
fn change(old: &Fields, own: &Own<'_>, parent: Option<&Fields>) -> Fields {
    let mut merge = Merge::default();
    // The order of the fields stays: a new value stands where the old one stood.
    for field in split_fields(old.own()) {
        let newer = split_fields(own.text.as_slice()).find(|newer| key(newer) == key(field));
        merge.push(newer.unwrap_or(field));
    }
    split_fields(own.text.as_slice()).for_each(|field| merge.push(field));
    let seen = old.tree.changes().fetch_add(1, Ordering::AcqRel) + 1;
    Fields {
        mask: old.mask | own.mask | parent.map_or(0, |parent| parent.mask),
        ..merge.finish(own, parent, old.tree, seen)
    }
}

/// The fields of a span whose parents changed: its own again, with theirs.
fn refresh(old: &Fields, parent: &Fields, seen: u64) -> Fields {
    let mut merge = Merge::of(old.own());
    let own = merge.text.len();
    merge.inherit(parent);
    Fields {
        text: merge.text.into(),
        own,
        mask: old.mask | parent.mask,
        dropped: merge.dropped + parent.dropped,
        tree: old.tree,
        seen,
        is_root: false,
    }
}

/// Puts fields together, each key once, the first one wins.
#[derive(Default)]
struct Merge {
    text: Vec<u8>,
    dropped: u32,
}

impl Merge {
    fn of(text: &[u8]) -> Self {
        Self {
            text: text.to_vec(),
            dropped: 0,
        }
    }

    fn push(&mut self, field: &[u8]) {
        if split_fields(&self.text).any(|known| key(known) == key(field)) {
            return;
        }
        if self.text.len() + field.len() > SPAN_MAX {
            self.dropped += 1;
        } else {
            self.text.extend_from_slice(field);
        }
    }

    fn inherit(&mut self, parent: &Fields) {
        split_fields(&parent.text).for_each(|field| self.push(field));
    }

    /// What is in here is the span's own; the fields of the parent come behind it.
    fn finish(mut self, own: &Own<'_>, parent: Option<&Fields>, tree: Tree, seen: u64) -> Fields {
        let len = self.text.len();
        if let Some(parent) = parent {
            self.inherit(parent);
        }
        Fields {
            text: self.text.into(),
            own: len,
            mask: own.mask | parent.map_or(0, |parent| parent.mask),
            dropped: self.dropped + own.dropped + parent.map_or(0, |parent| parent.dropped),
            tree,
            seen,
            is_root: parent.is_none(),
        }
    }
}

/// The key of a written field: what stands before its value. Two fields of one name have one key.
fn key(field: &[u8]) -> &[u8] {
    field.get(..key_len(field)).unwrap_or_default()
}

/// Whether a field of a span has the name of one of the fields that were recorded in an event.
pub(super) fn is_overridden(field: &[u8], table: &Callsite, recorded: &Recorded) -> bool {
    table.fields.iter().enumerate().any(|(index, other)| {
        // Both keys were made by one style, the event's with a quote behind it.
        let key = other
            .key
            .as_slice()
            .get(..other.key.len() - 1)
            .unwrap_or_default();
        field.starts_with(key) && recorded.has(index)
    })
}

/// What the registry keeps of a span, for each layer of this kind.
pub(super) struct Entry {
    layer: usize,
    fields: Fields,
    /// Those of further layers; most services have one.
    others: Vec<(usize, Fields)>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        for fields in std::iter::once(&self.fields).chain(self.others.iter().map(|(_, fields)| fields)) {
            if fields.is_root {
                fields.tree.changes().fetch_add(1, Ordering::AcqRel);
            }
        }
    }
}

impl Entry {
    fn get(&self, layer: usize) -> Option<&Fields> {
        if self.layer == layer {
            return Some(&self.fields);
        }
        self.others
            .iter()
            .find(|(other, _)| *other == layer)
            .map(|(_, fields)| fields)
    }

    fn get_mut(&mut self, layer: usize) -> Option<&mut Fields> {
        if self.layer == layer {
            return Some(&mut self.fields);
        }
        self.others
            .iter_mut()
            .find(|(other, _)| *other == layer)
            .map(|(_, fields)| fields)
    }
}

/// Keeps the fields of a new span.
#[inline]
pub(super) fn insert<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, layer: usize, fields: &Fields) {
    let mut extensions = span.extensions_mut();
    // As a rule there is none yet: one look into the table is enough.
    if let Some(mut entry) = extensions.replace(Entry {
        layer,
        fields: fields.clone(),
        others: Vec::new(),
    }) {
        entry.others.push((layer, fields.clone()));
        extensions.replace(entry);
    }
}

/// Keeps other fields of a span.
pub(super) fn replace<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, layer: usize, fields: &Fields) {
    if let Some(place) = span
        .extensions_mut()
        .get_mut::<Entry>()
        .and_then(|entry| entry.get_mut(layer))
    {
        // Whoever remembers the old ones must look again.
        place.tree.changes().fetch_add(1, Ordering::AcqRel);
        *place = fields.clone();
    }
}

fn stored<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, layer: usize) -> Option<Fields> {
    span.extensions().get::<Entry>()?.get(layer).cloned()
}

/// The current fields of a span: its own, or those of the nearest span around it that has any.
pub(super) fn lookup<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, layer: usize) -> Option<Fields> {
    let nearest = span.scope().find_map(|span| stored(&span, layer))?;
    if nearest.is_fresh() {
        Some(nearest)
    } else {
        renew(span, layer, &nearest)
    }
}

/// Merges again from the root down to `span`, where a parent has changed.
#[cold]
fn renew<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, layer: usize, nearest: &Fields) -> Option<Fields> {
    let seen = nearest.tree.changes().load(Ordering::Acquire);
    let mut parent: Option<Fields> = None;
    for span in span.scope().from_root() {
        let mut extensions = span.extensions_mut();
        let Some(fields) = extensions
            .get_mut::<Entry>()
            .and_then(|entry| entry.get_mut(layer))
        else {
            continue;
        };
        if fields.seen < seen {
            match &parent {
                Some(parent) => *fields = refresh(fields, parent, seen),
                None => fields.seen = seen,
            }
        }
        parent = Some(fields.clone());
    }
    parent
}

/// Takes in what was recorded late to a span.
pub(super) fn record<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, layer: usize, own: &Own<'_>) {
    let parent = span.parent().and_then(|parent| lookup(&parent, layer));
    let mut extensions = span.extensions_mut();
    if let Some(fields) = extensions
        .get_mut::<Entry>()
        .and_then(|entry| entry.get_mut(layer))
    {
        *fields = change(fields, own, parent.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(text: &str, mask: u64, take: impl FnOnce(&mut Own<'_>) -> T) -> T {
        let mut buffer = Buffer::new();
        buffer.put(text.as_bytes());
        take(&mut Own {
            text: &mut buffer,
            mask,
            dropped: 0,
        })
    }

    fn text(fields: &Fields) -> &str {
        std::str::from_utf8(&fields.text).unwrap()
    }

    #[test]
    fn the_inner_field_wins() {
        let outer = with(",\"a\":1,\"b\":2", 0b11, |own| create(own, None));
        let apart = with(",\"c\":3", 0b100, |own| create(own, Some(&outer)));
        assert_eq!(text(&apart), ",\"c\":3,\"a\":1,\"b\":2");
        let inner = with(",\"b\":9", 0b10, |own| create(own, Some(&apart)));
        assert_eq!(text(&inner), ",\"b\":9,\"c\":3,\"a\":1");
    }

    #[test]
    fn a_late_record_makes_the_tree_stale_and_no_other() {
        let root = with(",\"a\":1", 1, |own| create(own, None));
        let child = with(",\"b\":2", 2, |own| create(own, Some(&root)));
        let other = with(",\"a\":1", 1, |own| create(own, None));
        let changed = with(",\"a\":7,\"c\":3", 5, |own| change(&root, own, None));
        assert_eq!(text(&changed), ",\"a\":7,\"c\":3");
        assert!(changed.is_fresh() && other.is_fresh());
        assert!(!child.is_fresh() && !root.is_fresh());
        let child = refresh(&child, &changed, changed.seen);
        assert!(child.is_fresh());
        assert_eq!(text(&child), ",\"b\":2,\"a\":7,\"c\":3");
    }

    #[test]
    fn outer_fields_beyond_the_limit_are_counted() {
        let long = |name: &str| format!(",\"{name}\":\"{}\"", "x".repeat(4_000));
        let (a, b) = (long("a"), long("b"));
        let outer = with(&a, 1, |own| create(own, None));
        let inner = with(&b, 2, |own| create(own, Some(&outer)));
        assert_eq!(text(&inner), b);
        assert_eq!(inner.dropped, 1);
    }
}
