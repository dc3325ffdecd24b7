//! Puts the pieces of a small answer together.
//!
//! Hyper writes the head and the body of an answer as two pieces. For the kernel one piece is less work, by more than it takes to copy
//! what is small.

use std::cell::RefCell;
use std::io::IoSlice;

/// The most bytes that are put together.
const SMALL: usize = 2_048;

thread_local! {
    /// The memory for it, which the next answer of the thread uses again.
    static SPARE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Puts pieces together for `write` if there are several and they are small; `None` if they are not, or the thread is ending.
#[inline]
pub(super) fn small<T>(pieces: &[IoSlice<'_>], write: impl FnOnce(&[u8]) -> T) -> Option<T> {
    if pieces.len() < 2 {
        return None;
    }
    // The sum cannot overflow: pieces are in memory, all at the same time.
    let len: usize = pieces.iter().map(|piece| piece.len()).sum();
    if len > SMALL {
        return None;
    }
    let gathered = SPARE.try_with(|spare| {
        let mut bytes = spare.try_borrow_mut().ok()?;
        bytes.clear();
        bytes.reserve_exact(SMALL);
        pieces.iter().for_each(|piece| bytes.extend_from_slice(piece));
        Some(write(&bytes))
    });
    gathered.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(pieces: &[&[u8]]) -> Option<Vec<u8>> {
        let pieces: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
        small(&pieces, <[u8]>::to_vec)
    }

    #[test]
    fn small_pieces_become_one_in_their_order() {
        assert_eq!(
            gathered(&[b"head", b"", b"body"]).as_deref(),
            Some(&b"headbody"[..])
        );
        // Nothing of the last one is left.
        assert_eq!(gathered(&[b"a", b"b"]).as_deref(), Some(&b"ab"[..]));
    }

    #[test]
    fn one_piece_and_large_ones_stay_as_they_are() {
        assert_eq!(gathered(&[]), None);
        assert_eq!(gathered(&[b"head"]), None);
        assert_eq!(gathered(&[b"head", &[b'x'; SMALL]]), None);
        assert!(gathered(&[b"head", &[b'x'; SMALL - 4]]).is_some());
    }
}
