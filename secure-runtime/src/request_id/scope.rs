//! The id of the request that a thread works for right now.

use std::{cell::RefCell, mem};

use super::RequestId;

thread_local! {
    static CURRENT: RefCell<Option<RequestId>> = const { RefCell::new(None) };
}

/// The id of the innermost scope.
pub(super) fn current() -> Option<RequestId> {
    CURRENT
        .try_with(|current| current.try_borrow().ok()?.clone())
        .ok()
        .flatten()
}

/// Makes an id the current one until it is dropped.
///
/// The id trades places with the outer one, and back: requests are polled often, and no counter of a
/// shared text is touched for it.
#[derive(Debug)]
pub(crate) struct Scope<'a>(&'a mut Option<RequestId>);

impl<'a> Scope<'a> {
    #[inline]
    pub(crate) fn enter(id: &'a mut Option<RequestId>) -> Self {
        trade(id);
        Self(id)
    }
}

impl Drop for Scope<'_> {
    #[inline]
    fn drop(&mut self) {
        trade(self.0);
    }
}

fn trade(id: &mut Option<RequestId>) {
    // Fails both times or neither: when the thread is ending, it has no current request.
    let _ = CURRENT.try_with(|current| {
        if let Ok(mut current) = current.try_borrow_mut() {
            mem::swap(&mut *current, id);
        }
    });
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
