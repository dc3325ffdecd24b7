//! The span of a request that is made only when somebody looks at it.
//!
//! Most handlers open no span and log a line or two. For them the registry's part of a span (a place in its table, a way in and a way
//! out of it for every poll, the end) costs more than the line. Where this log is all there is to the subscriber, a request's span is
//! therefore at first only its written fields, kept where the thread that works for the request finds them:
//!
//! 1. Lines take the fields from there.
//! 2. Whoever asks for the current span ([`Span::current`](https://docs.rs/tracing), `in_current_span`), or opens one inside, makes the
//!    real one first: children and tasks have the parent that they would have had.
//! 3. Where another layer could see spans, where a span is around the request, and under a subscriber of a scope, there is no waiting:
//!    the span is a real one from the start.

use std::fmt;
use std::sync::OnceLock;

use tracing_core::field::Visit;
use tracing_core::span::Id;
use tracing_core::{Dispatch, Metadata, dispatcher};

use super::alone::Alone;
use super::local;
use super::span::{self, Fields, Own};

/// A span that is real only when it must be.
pub(crate) struct Pending {
    /// `None` while the thread that works for the request has it.
    state: Option<Box<State>>,
}

/// What there is of the span.
pub(super) struct State {
    pub(super) layer: usize,
    pub(super) fields: Fields,
    /// How many spans the thread was in already.
    pub(super) depth: usize,
    /// The real span.
    span: Option<Id>,
}

/// The dispatcher of the process, if this log alone is behind it.
static ALONE: OnceLock<Dispatch> = OnceLock::new();

/// Notes that this log alone is behind the dispatcher of the process.
pub(super) fn install(dispatch: &Dispatch) {
    let _ = ALONE.set(dispatch.clone());
}

fn alone() -> Option<&'static Alone> {
    ALONE.get()?.downcast_ref()
}

impl Pending {
    /// A span with the fields that `record` visits; `None` where it must be a real one.
    #[inline]
    pub(crate) fn open(
        metadata: &'static Metadata<'static>,
        record: impl Fn(&mut dyn Visit),
    ) -> Option<Self> {
        let alone = alone()?;
        let is_current = dispatcher::get_default(|current| current.is::<Alone>());
        if !is_current || !alone.keeps(metadata) || local::is_inside() {
            return None;
        }
        let layer = alone.core().id;
        let state = alone
            .core()
            .root_fields(metadata, record, |own| State::of(layer, own))?;
        Some(Self { state: Some(state) })
    }

    /// Makes it the span of this thread until the guard is dropped.
    #[inline]
    pub(crate) fn enter(&mut self) -> Entered<'_> {
        match &self.state {
            Some(state) if state.span.is_some() => {
                if let (Some(alone), Some(id)) = (alone(), &state.span) {
                    alone.enter_real(id);
                }
                Entered {
                    pending: self,
                    is_lent: false,
                }
            }
            _ => {
                local::trade_pending(&mut self.state);
                Entered {
                    pending: self,
                    is_lent: true,
                }
            }
        }
    }
}

impl State {
    /// The state of a span that nobody has looked at yet, in the memory of one that is gone if that is of use.
    #[inline]
    fn of(layer: usize, own: &mut Own<'_>) -> Box<Self> {
        if let Some(mut spare) = local::take_spare() {
            if spare.layer == layer && span::reuse(&mut spare.fields, own) {
                return spare;
            }
        }
        Box::new(Self {
            layer,
            fields: span::create(own, None),
            depth: 0,
            span: None,
        })
    }
}

impl Drop for Pending {
    #[inline]
    fn drop(&mut self) {
        if let Some(state) = self.state.take().filter(|state| state.span.is_none()) {
            local::keep_spare(state);
        }
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}

/// Ends what [`Pending::enter`] began.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    pending: &'a mut Pending,
    is_lent: bool,
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.is_lent {
            local::trade_pending(&mut self.pending.state);
        }
        // Made on the way, or before.
        if let Some(Some(id)) = self.pending.state.as_ref().map(|state| &state.span) {
            if let Some(alone) = alone() {
                alone.exit_real(id);
            }
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(id) = self.span.take() {
            if let Some(alone) = alone() {
                alone.close_real(id);
            }
        }
    }
}

/// Makes the pending span of this thread a real one, which is entered then, if it is the innermost.
#[cold]
pub(super) fn make_real(alone: &Alone) {
    // While it is taken out, this does not happen again.
    let Some(mut state) = local::take_pending() else {
        return;
    };
    let metadata = alone.kept();
    if let (None, Some(metadata)) = (&state.span, metadata) {
        let id = alone.open_real(metadata);
        if let Some(span) = alone.find(&id) {
            span::replace(&span, state.layer, &state.fields);
        }
        alone.enter_real(&id);
        state.span = Some(id);
    }
    local::put_pending(state);
}
