//! Pages from the allocator: for platforms without our system calls, and for Miri.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr::NonNull;

/// Zeroed memory of whole pages, exclusively ours until dropped.
pub(in crate::memory) struct Pages {
    base: NonNull<u8>,
    len: usize,
}

// SAFETY: the memory belongs to this value alone and no thread has a special relation to it.
unsafe impl Send for Pages {}
// SAFETY: a shared reference gives out the address only.
unsafe impl Sync for Pages {}

impl Pages {
    /// The size of a page; nothing depends on it being the system's.
    pub(in crate::memory) fn size() -> usize {
        4096
    }

    /// Zeroed pages for at least `len` bytes.
    pub(in crate::memory) fn new(len: usize) -> Self {
        let layout = layout(len);
        // SAFETY: the layout has a size of at least one page.
        let base = unsafe { alloc_zeroed(layout) };
        let Some(base) = NonNull::new(base) else {
            handle_alloc_error(layout)
        };
        Self {
            base,
            len: layout.size(),
        }
    }

    pub(in crate::memory) fn base(&self) -> NonNull<u8> {
        self.base
    }

    pub(in crate::memory) fn len(&self) -> usize {
        self.len
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: `new` allocated the memory with this layout, and only `drop` frees it.
        unsafe { dealloc(self.base.as_ptr(), layout(self.len)) }
    }
}

/// Whole pages for `len` bytes.
fn layout(len: usize) -> Layout {
    match Layout::from_size_align(len.max(1), Pages::size()) {
        Ok(layout) => layout.pad_to_align(),
        // More than `isize::MAX` bytes: no allocator has them.
        Err(_) => handle_alloc_error(Layout::new::<u128>()),
    }
}
