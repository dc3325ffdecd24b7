//! Holds the fields of a span as they will stand in a line, merged with those of its parents.
//!
//! An event then looks at one span at any depth, and copies one run of bytes. What makes that sound:
//!
//! 1. A span's own fields come first, then the inherited ones that it does not override: the inner one wins.
//! 2. `Span::record` changes a span after its children were merged. Each tree of spans counts such changes;
//!    a merge that has seen an older count is made again before it is used.
//! 3. No user code runs here, so no lock is held while any does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::callsite::Callsite;
use super::visitor::Recorded;

/// The most bytes of span fields in a line; outer fields beyond it are dropped and counted.
pub(super) const SPAN_MAX: usize = 6_000;

/// The fields of a span, its own and the inherited ones. It never changes; a new one takes its place.
pub(super) struct Snapshot {
    /// The first snapshot of the tree's root, which counts the changes of the tree; `None` in that one itself.
    root: Option<Arc<Self>>,
    /// Late records in this tree, counted in the root's first snapshot only.
    changes: AtomicU64,
    /// The count this snapshot was made at.
    seen: AtomicU64,
    /// The names in here, as bits of [`bit`](super::callsite::bit).
    pub(super) mask: u64,
    /// Fields that found no room.
    pub(super) dropped: u32,
    /// How many of the fields are the span's own.
    own: usize,
    /// How many of `bytes` are text.
    text: usize,
    /// The text of all fields, then the position where each one ends, two bytes each.
    bytes: Box<[u8]>,
}

impl Snapshot {
    /// The text of all fields.
    #[inline]
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(..self.text).unwrap_or_default()
    }

    /// Each field as it stands in a line, key and value.
    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.bytes.get(self.text..).unwrap_or_default().chunks_exact(2);
        let mut start = 0;
        ends.filter_map(move |end| {
            let end = usize::from(u16::from_le_bytes(end.try_into().ok()?));
            let field = self.bytes.get(start..end);
            start = end;
            field
        })
    }

    /// Whether no parent was recorded to since this was made.
    #[inline]
    pub(super) fn is_fresh(&self) -> bool {
        self.seen.load(Ordering::Relaxed) == self.root().changes.load(Ordering::Acquire)
    }

    #[inline]
    fn root(&self) -> &Self {
        self.root.as_deref().unwrap_or(self)
    }
}

/// Fields while they are written one behind the other: the text and the position where each one ends.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    pub(super) text: &'a [u8],
    pub(super) ends: &'a [u16],
    pub(super) mask: u64,
    pub(super) dropped: u32,
}

impl<'a> Fields<'a> {
    fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        let mut start = 0;
        self.ends.iter().filter_map(move |&end| {
            let field = self.text.get(start..usize::from(end));
            start = usize::from(end);
            field
        })
    }
}

/// The snapshot of a new span.
pub(super) fn create(own: Fields<'_>, parent: Option<&Arc<Snapshot>>) -> Snapshot {
    let seen = parent.map_or(0, |parent| parent.seen.load(Ordering::Relaxed));
    let root = parent.map(|parent| parent.root.clone().unwrap_or_else(|| Arc::clone(parent)));
    if parent.is_none_or(|parent| parent.mask & own.mask == 0 && parent.text + own.text.len() <= SPAN_MAX) {
        let parent_text = parent.map_or(&[][..], |parent| parent.text());
        let parent_ends = parent.map_or(&[][..], |parent| {
            parent.bytes.get(parent.text..).unwrap_or_default()
        });
        let text = own.text.len() + parent_text.len();
        let mut bytes = Vec::with_capacity(text + own.ends.len() * 2 + parent_ends.len());
        bytes.extend_from_slice(own.text);
        bytes.extend_from_slice(parent_text);
        for end in own.ends {
            bytes.extend_from_slice(&end.to_le_bytes());
        }
        for end in parent_ends
            .chunks_exact(2)
            .filter_map(|end| Some(u16::from_le_bytes(end.try_into().ok()?)))
        {
            bytes.extend_from_slice(&(end + own.text.len() as u16).to_le_bytes());
        }
        return Snapshot {
            root,
            changes: AtomicU64::new(0),
            seen: AtomicU64::new(seen),
            mask: own.mask | parent.map_or(0, |parent| parent.mask),
            dropped: own.dropped + parent.map_or(0, |parent| parent.dropped),
            own: own.ends.len(),
            text,
            bytes: bytes.into_boxed_slice(),
        };
    }
    let mut merge = Merge::default();
    own.iter().for_each(|field| merge.push(field));
    let own_count = merge.ends.len();
    if let Some(parent) = parent {
        merge.inherit(parent);
    }
    merge.dropped += own.dropped;
    merge.into_snapshot(
        own_count,
        own.mask | parent.map_or(0, |parent| parent.mask),
        root,
        seen,
    )
}

/// The snapshot of a span whose fields `own` were recorded late, and the new count of its tree.
fn change(old: &Arc<Snapshot>, own: Fields<'_>, parent: Option<&Arc<Snapshot>>) -> Snapshot {
    let mut merge = Merge::default();
    // The order of the fields stays: a new value stands where the old one stood.
    for field in old.fields().take(old.own) {
        let newer = own.iter().find(|newer| key(newer) == key(field));
        merge.push(newer.unwrap_or(field));
    }
    own.iter().for_each(|field| merge.push(field));
    let own_count = merge.ends.len();
    if let Some(parent) = parent {
        merge.inherit(parent);
    }
    merge.dropped += own.dropped;
    let root = old.root.clone().unwrap_or_else(|| Arc::clone(old));
    let seen = root.changes.fetch_add(1, Ordering::AcqRel) + 1;
    merge.into_snapshot(
        own_count,
        own.mask | old.mask | parent.map_or(0, |parent| parent.mask),
        Some(root),
        seen,
    )
}

/// The snapshot of a span whose parents changed: its own fields again, with theirs.
fn refresh(old: &Arc<Snapshot>, parent: &Arc<Snapshot>, seen: u64) -> Snapshot {
    let mut merge = Merge::default();
    old.fields().take(old.own).for_each(|field| merge.push(field));
    let own_count = merge.ends.len();
    merge.inherit(parent);
    let root = old.root.clone().unwrap_or_else(|| Arc::clone(old));
    merge.into_snapshot(own_count, old.mask | parent.mask, Some(root), seen)
}

/// Puts fields together, each key once, the first one wins.
#[derive(Default)]
struct Merge {
    text: Vec<u8>,
    ends: Vec<u16>,
    dropped: u32,
}

impl Merge {
    fn push(&mut self, field: &[u8]) {
        let mut start = 0;
        for end in &self.ends {
            let known = self.text.get(start..usize::from(*end)).unwrap_or_default();
            if key(known) == key(field) {
                return;
            }
            start = usize::from(*end);
        }
        if self.text.len() + field.len() > SPAN_MAX {
            self.dropped += 1;
            return;
        }
        self.text.extend_from_slice(field);
        self.ends.push(self.text.len() as u16);
    }

    fn inherit(&mut self, parent: &Snapshot) {
        parent.fields().for_each(|field| self.push(field));
        self.dropped += parent.dropped;
    }

    fn into_snapshot(self, own: usize, mask: u64, root: Option<Arc<Snapshot>>, seen: u64) -> Snapshot {
        let text = self.text.len();
        let mut bytes = self.text;
        bytes.reserve_exact(self.ends.len() * 2);
        self.ends
            .iter()
            .for_each(|end| bytes.extend_from_slice(&end.to_le_bytes()));
        Snapshot {
            root,
            changes: AtomicU64::new(0),
            seen: AtomicU64::new(seen),
            mask,
            dropped: self.dropped,
            own,
            text,
            bytes: bytes.into_boxed_slice(),
        }
    }
}

/// The key of a written field, in either format: up to the `:` or `=` behind its name.
///
/// A name has its quotes escaped and, in text, neither blanks nor `=`, so the first `":` or `=` ends it.
fn key(field: &[u8]) -> &[u8] {
    let end = if field.starts_with(b",\"") {
        field
            .windows(2)
            .skip(2)
            .position(|pair| pair == b"\":")
            .map(|at| at + 2)
    } else {
        field.iter().position(|&byte| byte == b'=')
    };
    field.get(..end.unwrap_or(field.len())).unwrap_or_default()
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
    snapshot: Arc<Snapshot>,
    /// Those of further layers; most services have one.
    others: Vec<(usize, Arc<Snapshot>)>,
}

impl Entry {
    fn get(&self, layer: usize) -> Option<&Arc<Snapshot>> {
        if self.layer == layer {
            return Some(&self.snapshot);
        }
        self.others
            .iter()
            .find(|(other, _)| *other == layer)
            .map(|(_, snapshot)| snapshot)
    }

    fn get_mut(&mut self, layer: usize) -> Option<&mut Arc<Snapshot>> {
        if self.layer == layer {
            return Some(&mut self.snapshot);
        }
        self.others
            .iter_mut()
            .find(|(other, _)| *other == layer)
            .map(|(_, snapshot)| snapshot)
    }
}

/// Keeps the snapshot of a new span.
pub(super) fn insert<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, layer: usize, snapshot: Arc<Snapshot>) {
    let mut extensions = span.extensions_mut();
    match extensions.get_mut::<Entry>() {
        Some(entry) => entry.others.push((layer, snapshot)),
        None => extensions.insert(Entry {
            layer,
            snapshot,
            others: Vec::new(),
        }),
    }
}

fn stored<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, layer: usize) -> Option<Arc<Snapshot>> {
    span.extensions().get::<Entry>()?.get(layer).cloned()
}

/// The current fields of a span: its own, or those of the nearest span around it that has any.
pub(super) fn lookup<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, layer: usize) -> Option<Arc<Snapshot>> {
    let nearest = span.scope().find_map(|span| stored(&span, layer))?;
    if nearest.is_fresh() {
        Some(nearest)
    } else {
        renew(span, layer, &nearest)
    }
}

/// Merges again from the root down to `span`, where a parent has changed.
#[cold]
fn renew<'a, S: LookupSpan<'a>>(
    span: &SpanRef<'a, S>,
    layer: usize,
    nearest: &Snapshot,
) -> Option<Arc<Snapshot>> {
    let seen = nearest.root().changes.load(Ordering::Acquire);
    let mut parent: Option<Arc<Snapshot>> = None;
    for span in span.scope().from_root() {
        let mut extensions = span.extensions_mut();
        let Some(snapshot) = extensions
            .get_mut::<Entry>()
            .and_then(|entry| entry.get_mut(layer))
        else {
            continue;
        };
        if snapshot.seen.load(Ordering::Relaxed) < seen {
            match &parent {
                Some(parent) => *snapshot = Arc::new(refresh(snapshot, parent, seen)),
                None => snapshot.seen.store(seen, Ordering::Relaxed),
            }
        }
        parent = Some(Arc::clone(snapshot));
    }
    parent
}

/// Takes in what was recorded late to a span.
pub(super) fn record<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, layer: usize, own: Fields<'_>) {
    let parent = span.parent().and_then(|parent| lookup(&parent, layer));
    let mut extensions = span.extensions_mut();
    if let Some(snapshot) = extensions
        .get_mut::<Entry>()
        .and_then(|entry| entry.get_mut(layer))
    {
        *snapshot = Arc::new(change(snapshot, own, parent.as_ref()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields<'a>(text: &'a str, ends: &'a [u16], mask: u64) -> Fields<'a> {
        Fields {
            text: text.as_bytes(),
            ends,
            mask,
            dropped: 0,
        }
    }

    fn text(snapshot: &Snapshot) -> &str {
        std::str::from_utf8(snapshot.text()).unwrap()
    }

    #[test]
    fn the_inner_field_wins() {
        let outer = Arc::new(create(fields(",\"a\":1,\"b\":2", &[6, 12], 0b11), None));
        let apart = Arc::new(create(fields(",\"c\":3", &[6], 0b100), Some(&outer)));
        assert_eq!(text(&apart), ",\"c\":3,\"a\":1,\"b\":2");
        let inner = create(fields(",\"b\":9", &[6], 0b10), Some(&apart));
        assert_eq!(text(&inner), ",\"b\":9,\"c\":3,\"a\":1");
        assert_eq!(
            inner.fields().collect::<Vec<_>>(),
            [b",\"b\":9", b",\"c\":3", b",\"a\":1"]
        );
    }

    #[test]
    fn a_late_record_makes_the_tree_stale_and_no_other() {
        let root = Arc::new(create(fields(",\"a\":1", &[6], 1), None));
        let child = Arc::new(create(fields(",\"b\":2", &[6], 2), Some(&root)));
        let other = Arc::new(create(fields(",\"a\":1", &[6], 1), None));
        let changed = Arc::new(change(&root, fields(",\"a\":7,\"c\":3", &[6, 12], 5), None));
        assert_eq!(text(&changed), ",\"a\":7,\"c\":3");
        assert!(changed.is_fresh() && other.is_fresh());
        assert!(!child.is_fresh() && !root.is_fresh());
        let child = refresh(&child, &changed, 1);
        assert!(child.is_fresh());
        assert_eq!(text(&child), ",\"b\":2,\"a\":7,\"c\":3");
    }

    #[test]
    fn outer_fields_beyond_the_limit_are_counted() {
        let long = |name: &str| format!(",\"{name}\":\"{}\"", "x".repeat(4_000));
        let (a, b) = (long("a"), long("b"));
        let outer = Arc::new(create(fields(&a, &[a.len() as u16], 1), None));
        let inner = create(fields(&b, &[b.len() as u16], 2), Some(&outer));
        assert_eq!(text(&inner), b);
        assert_eq!(inner.dropped, 1);
    }

    #[test]
    fn keys_of_both_formats() {
        assert_eq!(key(b",\"a\":\"x\\\":\""), b",\"a");
        assert_eq!(key(b",\"we\\\"ird\":1"), b",\"we\\\"ird");
        assert_eq!(key(b" a=\"b=c\""), b" a");
    }
}
