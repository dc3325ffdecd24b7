//! The id of the request that a thread works for right now.

use std::cell::Cell;

use super::RequestId;

thread_local! {
    static CURRENT: Cell<Option<RequestId>> = const { Cell::new(None) };
}

/// The id of the innermost scope.
pub(super) fn current() -> Option<RequestId> {
    CURRENT
        .try_with(|current| {
            let id = current.take();
            let copy = id.clone();
            current.set(id);
            copy
        })
        .ok()
        .flatten()
}

/// Makes an id the current one until it is dropped.
///
/// The id is moved there and back: requests are polled often, and no counter of a shared text is
/// touched for it.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    place: &'a mut Option<RequestId>,
    outer: Option<RequestId>,
}

impl<'a> Scope<'a> {
    pub(super) fn enter(place: &'a mut Option<RequestId>) -> Self {
        // A thread that is ending has no current request.
        let outer = CURRENT
            .try_with(|current| current.replace(place.take()))
            .ok()
            .flatten();
        Self { place, outer }
    }
}

impl Drop for Scope<'_> {
    fn drop(&mut self) {
        let _ = CURRENT.try_with(|current| *self.place = current.replace(self.outer.take()));
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn scopes_nest_and_end_with_panics() {
        let (one, two) = (RequestId::generate(), RequestId::generate());
        let (mut outer, mut inner) = (Some(one.clone()), Some(two.clone()));
        assert_eq!(current(), None);
        {
            let _outer = Scope::enter(&mut outer);
            let caught = catch_unwind(AssertUnwindSafe(|| {
                let _inner = Scope::enter(&mut inner);
                assert_eq!(current(), Some(two.clone()));
                panic!("in the inner scope");
            }));
            assert!(caught.is_err());
            assert_eq!(current(), Some(one.clone()));
        }
        assert_eq!(current(), None);
        assert_eq!((outer, inner), (Some(one), Some(two)));
    }
}
