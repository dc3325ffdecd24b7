//! Random bytes from the operating system, drawn in batches.
//!
//! A system call for each id and nonce would cost more than everything else about them, so a thread
//! draws some in advance. Bytes are wiped from the batch as they are handed out. A process that forks
//! without `exec` while threads run would share a batch between parent and child; servers do not.

use std::cell::RefCell;

const BATCH: usize = 512;

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; BATCH], left: 0 }) };
}

struct Pool {
    bytes: [u8; BATCH],
    /// The unused bytes are the first `left`.
    left: usize,
}

/// Hands out `N` bytes; `None` if the operating system has none to give.
pub(crate) fn bytes<const N: usize>() -> Option<[u8; N]> {
    const { assert!(N <= BATCH) };
    POOL.try_with(|pool| pool.try_borrow_mut().ok()?.take()).ok()?
}

impl Pool {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        if self.left < N {
            self.left = 0;
            getrandom::fill(&mut self.bytes).ok()?;
            self.left = BATCH;
        }
        let at = self.left - N;
        let taken: &mut [u8; N] = (&mut self.bytes[at..self.left]).try_into().ok()?;
        self.left = at;
        Some(std::mem::replace(taken, [0; N]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_hands_out_the_same_bytes_twice() {
        let mut seen = std::collections::HashSet::new();
        for _ in 0..10_000 {
            assert!(seen.insert(bytes::<16>().unwrap()));
        }
        assert!(!seen.contains(&[0; 16]));
    }

    #[test]
    fn wipes_what_it_handed_out() {
        bytes::<24>().unwrap();
        POOL.with_borrow(|pool| assert!(pool.bytes[pool.left..].iter().all(|&byte| byte == 0)));
    }
}
