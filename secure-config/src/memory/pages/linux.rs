//! Pages of Linux: locked, left out of core dumps, between two guard pages.

use std::alloc::{Layout, handle_alloc_error};
use std::ptr::{self, NonNull};
use std::sync::OnceLock;

use crate::memory::weakness::Weakness;

/// Zeroed memory of whole pages, exclusively ours until dropped.
///
/// A child made by `fork` sees the same content: there is no `MADV_WIPEONFORK`, because a child that goes on
/// with zeros as its key is worse than a copy. The lock itself is not inherited (mlock(2)).
pub(in crate::memory) struct Pages {
    base: NonNull<u8>,
    len: usize,
    guarded: bool,
}

// SAFETY: the memory belongs to this value alone and no thread has a special relation to it.
unsafe impl Send for Pages {}
// SAFETY: a shared reference gives out the address only.
unsafe impl Sync for Pages {}

impl Pages {
    /// The size of a page.
    pub(in crate::memory) fn size() -> usize {
        static SIZE: OnceLock<usize> = OnceLock::new();
        // SAFETY: sysconf reads a number of the system; it takes no pointer.
        *SIZE.get_or_init(|| usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096))
    }

    /// Zeroed pages for at least `len` bytes; what the system refuses is noted as a [`Weakness`].
    pub(in crate::memory) fn new(len: usize) -> Self {
        let layout = layout(len);
        let len = layout.size();
        let (base, guarded) = if let Some(base) = guarded(len) {
            (base, true)
        } else {
            Weakness::Unmapped.note();
            (unguarded(layout), false)
        };
        protect(base, len);
        Self { base, len, guarded }
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
        let page = Self::size();
        if self.guarded {
            // SAFETY: `guarded` mapped these pages and the two around them; unmapping unlocks them.
            // The call cannot fail for a whole mapping, and there would be nothing to do about it.
            unsafe { libc::munmap(self.base.as_ptr().wrapping_sub(page).cast(), self.len + 2 * page) };
        } else {
            // SAFETY: the pages are ours; the allocator takes them back as `unguarded` got them.
            unsafe {
                libc::munlock(self.base.as_ptr().cast(), self.len);
                libc::madvise(self.base.as_ptr().cast(), self.len, libc::MADV_DODUMP);
                std::alloc::dealloc(self.base.as_ptr(), layout(self.len));
            }
        }
    }
}

/// `len` bytes between two pages that nothing can touch, or nothing when the system refuses.
fn guarded(len: usize) -> Option<NonNull<u8>> {
    let page = Pages::size();
    let whole = len.checked_add(2 * page)?;
    // SAFETY: a fresh private mapping at an address of the system's choice touches no memory that exists.
    let start = unsafe {
        libc::mmap(
            ptr::null_mut(),
            whole,
            libc::PROT_NONE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if start == libc::MAP_FAILED {
        return None;
    }
    let base = start.cast::<u8>().wrapping_add(page);
    // SAFETY: the range lies inside the mapping just made, which only this function knows.
    if unsafe { libc::mprotect(base.cast(), len, libc::PROT_READ | libc::PROT_WRITE) } != 0 {
        // SAFETY: as above; nothing points into the mapping.
        unsafe { libc::munmap(start, whole) };
        return None;
    }
    NonNull::new(base)
}

/// Zeroed pages of the allocator, for when the system maps no more.
fn unguarded(layout: Layout) -> NonNull<u8> {
    // SAFETY: the layout has a size of at least one page.
    NonNull::new(unsafe { std::alloc::alloc_zeroed(layout) }).unwrap_or_else(|| handle_alloc_error(layout))
}

/// Whole pages for `len` bytes.
fn layout(len: usize) -> Layout {
    match Layout::from_size_align(len.max(1), Pages::size()) {
        Ok(layout) => layout.pad_to_align(),
        // More than `isize::MAX` bytes: no allocator has them.
        Err(_) => handle_alloc_error(Layout::new::<u128>()),
    }
}

/// Keeps the pages out of swap and of core dumps.
fn protect(base: NonNull<u8>, len: usize) {
    // SAFETY: the range is whole pages of ours; neither call changes what they hold.
    unsafe {
        if libc::mlock(base.as_ptr().cast(), len) != 0 {
            Weakness::Unlocked.note();
        }
        if libc::madvise(base.as_ptr().cast(), len, libc::MADV_DONTDUMP) != 0 {
            Weakness::Dumped.note();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pages;

    /// The lines of `/proc/self/smaps` of the mapping that starts at `address`.
    fn mapping(address: usize) -> String {
        let smaps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut lines = smaps
            .lines()
            .skip_while(|line| !line.starts_with(&format!("{address:x}-")));
        let head = lines.next().expect("the pages are mapped").to_owned();
        let is_field = |line: &&str| {
            line.split_whitespace()
                .next()
                .is_some_and(|word| word.ends_with(':'))
        };
        std::iter::once(head.as_str())
            .chain(lines.take_while(is_field))
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn pages_are_locked_and_left_out_of_core_dumps() {
        let pages = Pages::new(1);
        let mapping = mapping(pages.base().as_ptr() as usize);
        let flags = mapping
            .lines()
            .find_map(|line| line.strip_prefix("VmFlags:"))
            .unwrap();
        assert!(flags.split_whitespace().any(|flag| flag == "lo"), "{mapping}");
        assert!(flags.split_whitespace().any(|flag| flag == "dd"), "{mapping}");
        assert!(!flags.split_whitespace().any(|flag| flag == "wf"), "{mapping}");
    }

    #[test]
    fn pages_stand_between_guards_and_are_returned() {
        let pages = Pages::new(3 * Pages::size());
        let (base, len) = (pages.base().as_ptr() as usize, pages.len());
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let ends_here = format!("-{base:x} ---p");
        let starts_here = format!("{:x}-", base + len);
        assert!(maps.lines().any(|line| line.contains(&ends_here)), "{maps}");
        assert!(
            maps.lines()
                .any(|line| line.starts_with(&starts_here) && line.contains(" ---p ")),
            "{maps}"
        );
        drop(pages);
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        assert!(!maps.contains(&ends_here), "{maps}");
    }
}
