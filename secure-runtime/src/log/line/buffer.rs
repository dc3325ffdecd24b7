//! The fixed-size buffer a line is built in.

/// The longest line written, its newline included. Container runtimes split lines at 16 KiB (Docker's
/// `json-file` and containerd's CRI logs both do), and a split JSON line is two broken ones.
pub(in crate::log) const LINE_MAX: usize = 16_000;

/// What a [`Chunk`] copies at once.
const WIDE: usize = 48;

/// Room behind `LINE_MAX`, so that the copies of a fixed size below stay inside the buffer.
const CAPACITY: usize = LINE_MAX + WIDE;

/// A buffer that never grows and never panics: what does not fit is not written.
///
/// Callers keep within [`LINE_MAX`] by asking [`len`](Self::len) before they write; the check in
/// [`put`](Self::put) is the second line of defence.
pub(in crate::log) struct Buffer {
    bytes: Box<[u8; CAPACITY]>,
    len: usize,
}

impl Buffer {
    pub(in crate::log) fn new() -> Self {
        Self {
            bytes: Box::new([0; CAPACITY]),
            len: 0,
        }
    }

    #[inline]
    pub(in crate::log) fn clear(&mut self) {
        self.len = 0;
    }

    #[inline]
    pub(in crate::log) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(in crate::log) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    #[inline]
    pub(in crate::log) fn from(&self, start: usize) -> &[u8] {
        self.bytes.get(start..self.len).unwrap_or_default()
    }

    #[inline]
    pub(in crate::log) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    #[inline]
    pub(in crate::log) fn put(&mut self, bytes: &[u8]) {
        if let Some(room) = self.bytes.get_mut(self.len..self.len + bytes.len()) {
            room.copy_from_slice(bytes);
            self.len += bytes.len();
        }
    }

    #[inline]
    pub(in crate::log) fn put_byte(&mut self, byte: u8) {
        if let Some(room) = self.bytes.get_mut(self.len) {
            *room = byte;
            self.len += 1;
        }
    }

    /// Copies the first `len` bytes of `chunk`.
    #[inline]
    pub(in crate::log) fn put_chunk(&mut self, chunk: &Chunk, len: usize) {
        if len > WIDE {
            return self.put(chunk.long.get(..len).unwrap_or_default());
        }
        // A copy of constant size is three moves; one of unknown size is a call of memcpy.
        if let Some(room) = self.bytes.get_mut(self.len..self.len + WIDE) {
            room.copy_from_slice(&chunk.wide);
            self.len += len;
        }
    }

    /// Copies `text` and says whether every byte of it may stand in a line as it is.
    #[inline(always)]
    pub(in crate::log) fn put_checked(&mut self, text: &[u8]) -> bool {
        use super::escape::{LANES, is_narrow_plain, is_plain};
        if text.len() > LANES {
            self.put(text);
            return is_plain::<false>(text);
        }
        let Some(room) = self
            .bytes
            .get_mut(self.len..)
            .and_then(|room| room.first_chunk_mut::<LANES>())
        else {
            return false;
        };
        // Filled with a harmless byte first, so that one look at a full width sees nothing stale.
        *room = [b' '; LANES];
        if let Some(start) = room.get_mut(..text.len()) {
            start.copy_from_slice(text);
        }
        self.len += text.len();
        is_narrow_plain::<false>(room)
    }
}

impl Buffer {
    /// Whether every byte from `start` on may stand in a line as it is.
    #[inline]
    pub(in crate::log) fn is_plain_from(&mut self, start: usize) -> bool {
        use super::escape::{LANES, is_narrow_plain, is_plain};
        let (len, bytes) = (self.len, &mut *self.bytes);
        if len - start.min(len) > LANES {
            return is_plain::<true>(bytes.get(start..len).unwrap_or_default());
        }
        // What stands behind the end is overwritten by harmless bytes, so that one look at a full width will do.
        if let Some(behind) = bytes
            .get_mut(len..)
            .and_then(|behind| behind.first_chunk_mut::<LANES>())
        {
            *behind = [b' '; LANES];
        }
        let block = bytes.get(start..).and_then(|bytes| bytes.first_chunk::<LANES>());
        block.is_some_and(is_narrow_plain::<true>)
    }
}

/// Bytes that are copied into many lines: the key of a field, the head and the tail of a callsite.
pub(in crate::log) struct Chunk {
    wide: [u8; WIDE],
    /// All of it when it is longer than `wide`, else empty.
    long: Box<[u8]>,
    len: usize,
}

impl Chunk {
    pub(in crate::log) fn new(bytes: &[u8]) -> Self {
        let mut wide = [0; WIDE];
        let long: Box<[u8]> = match wide.get_mut(..bytes.len()) {
            Some(start) => {
                start.copy_from_slice(bytes);
                Box::default()
            }
            None => bytes.into(),
        };
        Self {
            wide,
            long,
            len: bytes.len(),
        }
    }

    #[inline]
    pub(in crate::log) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(in crate::log) fn as_slice(&self) -> &[u8] {
        if self.len > WIDE {
            &self.long
        } else {
            self.wide.get(..self.len).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_not_written() {
        let mut buffer = Buffer::new();
        buffer.put(&vec![b'x'; CAPACITY]);
        buffer.put(b"y");
        buffer.put_byte(b'z');
        buffer.put_chunk(&Chunk::new(b"chunk"), 5);
        assert!(!buffer.put_checked(b"short"));
        assert_eq!(buffer.as_slice(), vec![b'x'; CAPACITY]);
    }

    #[test]
    fn a_chunk_of_any_length_is_copied_whole() {
        for len in [0, 1, WIDE - 1, WIDE, WIDE + 1, 300] {
            let bytes = vec![b'k'; len];
            let chunk = Chunk::new(&bytes);
            let mut buffer = Buffer::new();
            buffer.put_chunk(&chunk, len);
            assert_eq!(buffer.as_slice(), bytes);
            assert_eq!(chunk.as_slice(), bytes);
            buffer.clear();
            buffer.put_chunk(&chunk, len.saturating_sub(1));
            assert_eq!(buffer.len(), len.saturating_sub(1));
        }
    }

    #[test]
    fn the_check_sees_every_position() {
        for len in 1..=100 {
            for at in 0..len {
                let mut text = vec![b'a'; len];
                let mut buffer = Buffer::new();
                buffer.put(b"stale \"\\\x1b bytes that a check must not see");
                buffer.clear();
                assert!(buffer.put_checked(&text), "{len}");
                text[at] = b'"';
                buffer.clear();
                assert!(!buffer.put_checked(&text), "{len} {at}");
                assert_eq!(buffer.as_slice(), text);
            }
        }
    }
}
