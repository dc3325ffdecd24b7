//! What each thread keeps for itself: its buffers, its tables, the spans it is in.

use std::cell::{Cell, RefCell};

use tracing_core::span::Id;

use super::callsite::Tables;
use super::clock::Clock;
use super::line::Buffer;
use super::pending::State;
use super::span::Fields;

/// How deep a value may log while it is formatted. A `Display` that logs itself would never end.
const NESTING_MAX: u32 = 4;

struct Local {
    /// Borrowed only for moments in which no foreign code runs.
    spans: RefCell<Vec<Entered>>,
    /// The span this thread has made or left last, which as a rule it enters next.
    left: Cell<Option<Left>>,
    /// Borrowed while values are formatted; foreign code that logs meanwhile gets another one.
    scratch: RefCell<Option<Box<Scratch>>>,
    nesting: Cell<u32>,
    /// The span of the request that this thread works for, while it is not a real one.
    pending: RefCell<Option<Box<State>>>,
    /// The memory of such a span, for the next one.
    spare: Cell<Option<Box<State>>>,
}

thread_local! {
    static LOCAL: Local = const {
        Local {
            spans: RefCell::new(Vec::new()),
            left: Cell::new(None),
            scratch: RefCell::new(None),
            nesting: Cell::new(0),
            pending: RefCell::new(None),
            spare: Cell::new(None),
        }
    };
}

/// The buffers and tables of a thread, made at its first line and used for all others.
pub(super) struct Scratch {
    pub(super) buffer: Buffer,
    /// Holds a value that needs escapes.
    pub(super) raw: Vec<u8>,
    pub(super) tables: Tables,
    pub(super) clock: Clock,
}

impl Scratch {
    fn new() -> Box<Self> {
        Box::new(Self {
            buffer: Buffer::new(),
            raw: Vec::new(),
            tables: Tables::new(),
            clock: Clock::new(),
        })
    }
}

/// Runs `write` with the thread's buffers; with new ones if they are in use (a value that logs while it is
/// formatted) or gone (the thread ends). `None` if values log too deep inside each other.
#[inline(always)]
pub(super) fn with_scratch<T>(write: impl Fn(&mut Scratch) -> T) -> Option<T> {
    let in_place = LOCAL.try_with(|local| {
        let mut scratch = local.scratch.try_borrow_mut().ok()?;
        Some(write(scratch.get_or_insert_with(Scratch::new)))
    });
    match in_place {
        Ok(Some(done)) => Some(done),
        Ok(None) | Err(_) => nested(&write),
    }
}

#[cold]
#[inline(never)]
fn nested<T>(write: &dyn Fn(&mut Scratch) -> T) -> Option<T> {
    /// Counts down also when a value panics.
    struct Nesting;
    impl Drop for Nesting {
        fn drop(&mut self) {
            let _ = LOCAL.try_with(|local| local.nesting.set(local.nesting.get() - 1));
        }
    }
    let depth = LOCAL
        .try_with(|local| local.nesting.replace(local.nesting.get() + 1))
        .unwrap_or(0);
    let _nesting = Nesting;
    (depth < NESTING_MAX).then(|| write(&mut Scratch::new()))
}

/// A span that this thread is in.
struct Entered {
    layer: usize,
    id: u64,
    /// The thread was in it already: like the registry, that does not make it the current one again.
    again: bool,
    fields: Known,
}

/// What is known of the fields of an entered span. The first event in it looks them up.
enum Known {
    Unknown,
    None,
    Some(Fields),
}

/// A span that this thread is not in, and its fields.
struct Left {
    layer: usize,
    id: u64,
    fields: Fields,
}

/// Notes that this thread has made a span.
#[inline]
pub(super) fn made(layer: usize, id: &Id, fields: Fields) {
    let made = Left {
        layer,
        id: id.into_u64(),
        fields,
    };
    let _ = LOCAL.try_with(|local| local.left.set(Some(made)));
}

/// Notes that this thread enters a span.
pub(super) fn enter(layer: usize, id: &Id) {
    let id = id.into_u64();
    let _ = LOCAL.try_with(|local| {
        let Ok(mut spans) = local.spans.try_borrow_mut() else {
            return;
        };
        let fields = match local.left.take() {
            // The id of a span that was closed may be in use again.
            Some(left) if left.id == id && left.layer == layer && left.fields.is_open() => {
                Known::Some(left.fields)
            }
            _ => Known::Unknown,
        };
        let again = spans.iter().any(|span| span.id == id && span.layer == layer);
        spans.push(Entered {
            layer,
            id,
            again,
            fields,
        });
    });
}

/// Notes that this thread leaves a span, which need not be the one it entered last.
pub(super) fn exit(layer: usize, id: &Id) {
    let id = id.into_u64();
    let _ = LOCAL.try_with(|local| {
        let mut spans = local.spans.try_borrow_mut().ok()?;
        let is_left = |span: &Entered| span.id == id && span.layer == layer;
        let left = if spans.last().is_some_and(is_left) {
            spans.pop()?
        } else {
            let at = spans.iter().rposition(is_left)?;
            spans.remove(at)
        };
        // A request's span is left and entered again and again, as a rule with no other in between.
        match left.fields {
            Known::Some(fields) if fields.is_root() => local.left.set(Some(Left { layer, id, fields })),
            _ => {}
        }
        Some(())
    });
}

/// Whether this thread is in a span.
pub(super) fn is_inside() -> bool {
    let is_inside = |local: &Local| {
        local.spans.try_borrow().is_ok_and(|spans| !spans.is_empty())
            || local.pending.try_borrow().is_ok_and(|pending| pending.is_some())
    };
    // A thread that is ending is in none.
    LOCAL.try_with(is_inside).unwrap_or(false)
}

/// The memory of a pending span that is gone.
#[inline]
pub(super) fn take_spare() -> Option<Box<State>> {
    LOCAL.try_with(|local| local.spare.take()).ok().flatten()
}

/// Keeps the memory of a pending span for the next one.
#[inline]
pub(super) fn keep_spare(state: Box<State>) {
    // A thread that is ending needs none.
    let _ = LOCAL.try_with(|local| local.spare.set(Some(state)));
}

/// Gives a pending span to this thread and takes the one it has, or the other way round.
#[inline]
pub(super) fn trade_pending(state: &mut Option<Box<State>>) {
    // Fails both times or neither: when the thread is ending, it has no span.
    let _ = LOCAL.try_with(|local| {
        let (Ok(mut pending), Ok(spans)) = (local.pending.try_borrow_mut(), local.spans.try_borrow()) else {
            return;
        };
        if let Some(state) = state {
            state.depth = spans.len();
        }
        std::mem::swap(&mut *pending, state);
    });
}

/// Takes the pending span out if it is the innermost of this thread.
pub(super) fn take_pending() -> Option<Box<State>> {
    LOCAL
        .try_with(|local| {
            let depth = local.spans.try_borrow().ok()?.len();
            let mut pending = local.pending.try_borrow_mut().ok()?;
            let is_innermost = pending.as_ref().is_some_and(|state| depth <= state.depth);
            if is_innermost { pending.take() } else { None }
        })
        .ok()
        .flatten()
}

/// Puts back what was taken out.
pub(super) fn put_pending(state: Box<State>) {
    let _ = LOCAL.try_with(|local| {
        if let Ok(mut pending) = local.pending.try_borrow_mut() {
            *pending = Some(state);
        }
    });
}

/// The fields of the pending span, if it is the innermost.
#[inline]
fn pending(local: &Local, layer: usize, depth: usize) -> Option<Fields> {
    let pending = local.pending.try_borrow().ok()?;
    let state = pending.as_ref()?;
    (state.layer == layer && depth <= state.depth).then(|| state.fields.clone())
}

/// The fields of the span this thread is in; `lookup` asks the registry for those not known or out of date.
#[inline(always)]
pub(super) fn current(layer: usize, lookup: impl FnOnce(&Id) -> Option<Fields>) -> Option<Fields> {
    let known = LOCAL.try_with(|local| {
        let Ok(spans) = local.spans.try_borrow() else {
            return Ok(None);
        };
        if let Some(fields) = pending(local, layer, spans.len()) {
            return Ok(Some(fields));
        }
        match spans.last() {
            None => Ok(None),
            Some(Entered {
                fields: Known::Some(fields),
                layer: of,
                again: false,
                ..
            }) if *of == layer && fields.is_fresh() => Ok(Some(fields.clone())),
            Some(_) => Err(()),
        }
    });
    match known {
        Ok(Ok(known)) => known,
        Ok(Err(())) => look_up(layer, lookup),
        Err(_) => None,
    }
}

#[cold]
#[inline(never)]
fn look_up(layer: usize, lookup: impl FnOnce(&Id) -> Option<Fields>) -> Option<Fields> {
    LOCAL
        .try_with(|local| {
            let mut spans = local.spans.try_borrow_mut().ok()?;
            let span = spans
                .iter_mut()
                .rev()
                .find(|span| span.layer == layer && !span.again)?;
            match &span.fields {
                Known::Some(fields) if fields.is_fresh() => return Some(fields.clone()),
                Known::None => return None,
                Known::Some(_) | Known::Unknown => {}
            }
            let found = lookup(&Id::from_u64(span.id));
            span.fields = found.clone().map_or(Known::None, Known::Some);
            found
        })
        .ok()
        .flatten()
}

/// The fields of the span this thread is in as far as an event has looked them up: for lines that are
/// written where no registry can be asked.
pub(super) fn known(layer: usize) -> Option<Fields> {
    LOCAL
        .try_with(|local| {
            let spans = local.spans.try_borrow().ok()?;
            if let Some(fields) = pending(local, layer, spans.len()) {
                return Some(fields);
            }
            let span = spans
                .iter()
                .rev()
                .find(|span| span.layer == layer && !span.again)?;
            match &span.fields {
                Known::Some(fields) => Some(fields.clone()),
                Known::None | Known::Unknown => None,
            }
        })
        .ok()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nested_use_gets_other_buffers_up_to_a_depth() {
        fn nest(depth: u32) -> u32 {
            with_scratch(|scratch| {
                assert_eq!(scratch.buffer.len(), 0);
                scratch.buffer.put(b"outer");
                let inner = nest(depth + 1);
                assert_eq!(scratch.buffer.as_slice(), b"outer");
                scratch.buffer.clear();
                inner
            })
            .unwrap_or(depth)
        }
        assert_eq!(nest(0), NESTING_MAX + 1);
        // And it ends as it began.
        assert_eq!(nest(0), NESTING_MAX + 1);
    }

    #[test]
    fn the_current_span_is_the_last_entered_and_not_left() {
        let current = || {
            let mut id = None;
            current(usize::MAX, |current| {
                id = Some(current.into_u64());
                None
            });
            id
        };
        // `Known::None` would be remembered, so each span is asked for once only.
        let (a, b) = (Id::from_u64(1), Id::from_u64(2));
        enter(usize::MAX, &a);
        enter(0, &Id::from_u64(9));
        enter(usize::MAX, &b);
        enter(usize::MAX, &a);
        assert_eq!(current(), Some(2));
        exit(usize::MAX, &b);
        exit(usize::MAX, &a);
        assert_eq!(current(), Some(1));
        exit(usize::MAX, &a);
        exit(usize::MAX, &a);
        assert_eq!(current(), None);
        exit(0, &Id::from_u64(9));
    }
}
