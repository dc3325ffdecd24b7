//! Puts the pieces of a small answer together.
//!
//! Hyper writes the head and the body of an answer as two pieces. For the kernel one piece is less work, by more than it takes to copy
//! what is small.

use std::cell::Cell;
use std::io::IoSlice;
use std::ops::Deref;

/// The most bytes that are put together.
const SMALL: usize = 2_048;

thread_local! {
    /// The memory for it, which the next answer of the thread uses again.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Several pieces as one.
pub(super) struct Gathered(Vec<u8>);

/// Puts pieces together if there are several and they are small.
#[inline]
pub(super) fn small(pieces: &[IoSlice<'_>]) -> Option<Gathered> {
    if pieces.len() < 2 {
        return None;
    }
    // The sum cannot overflow: pieces are in memory, all at the same time.
    let len: usize = pieces.iter().map(|piece| piece.len()).sum();
    if len > SMALL {
        return None;
    }
    let mut bytes = SPARE.try_with(Cell::take).unwrap_or_default();
    bytes.clear();
    bytes.reserve_exact(SMALL);
    pieces.iter().for_each(|piece| bytes.extend_from_slice(piece));
    Some(Gathered(bytes))
}

impl Deref for Gathered {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Gathered {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.0);
        // Fails when the thread is ending, and then nobody needs it.
        let _ = SPARE.try_with(|spare| spare.set(bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(pieces: &[&[u8]]) -> Option<Vec<u8>> {
        let pieces: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
        small(&pieces).map(|bytes| bytes.to_vec())
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
