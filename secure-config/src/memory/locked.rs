//! The handle of a secret's bytes.

use std::convert::Infallible;
use std::ptr::NonNull;
use std::slice;
use std::str::Utf8Error;

use super::arena::{self, Block, Kept, arena};
use super::text::text_of;

/// Bytes in the arena: they never move while they live, and are wiped when their last handle is dropped.
pub(crate) struct Locked {
    bytes: NonNull<u8>,
    len: usize,
}

// SAFETY: the bytes are not tied to a thread, and what drops them locks the arena.
unsafe impl Send for Locked {}
// SAFETY: the bytes do not change while a handle exists, so any thread may read them.
unsafe impl Sync for Locked {}

impl Locked {
    /// A copy of `bytes`: the one copy this process keeps.
    pub(crate) fn copy_of(bytes: &[u8]) -> Self {
        let block = arena().insert(bytes);
        Self {
            bytes: block.bytes(),
            len: bytes.len(),
        }
    }

    /// At most `capacity` zeroed bytes, which `fill` writes in place; it returns how many of them count.
    ///
    /// # Errors
    /// What `fill` returned; the buffer is wiped then.
    pub(crate) fn filled<E>(
        capacity: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<Self, E> {
        let block = arena().allocate(capacity);
        // From here on the handle gives the block back, also when `fill` fails or panics.
        let mut filled = Self {
            bytes: block.bytes(),
            len: capacity,
        };
        // SAFETY: the block has so many initialized bytes, and nobody sees it before it is published.
        let buffer = unsafe { slice::from_raw_parts_mut(filled.bytes.as_ptr(), capacity) };
        let used = fill(buffer)?.min(capacity);
        if Block::is_oversized(capacity, used) {
            return Ok(Self::copy_of(&filled.as_bytes()[..used]));
        }
        // SAFETY: live, held once, `used` is at most its length, and `buffer` is used no more.
        unsafe { arena().publish(block, used) };
        filled.len = used;
        Ok(filled)
    }

    /// The bytes.
    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        // SAFETY: the block lives, and its bytes do not change, as long as this handle.
        unsafe { slice::from_raw_parts(self.bytes.as_ptr(), self.len) }
    }

    /// One more handle for the same bytes: no copy. They are wiped when the last handle is dropped.
    pub(crate) fn share(&self) -> Self {
        // SAFETY: this handle holds the block.
        unsafe { arena().hold(self.block()) };
        Self {
            bytes: self.bytes,
            len: self.len,
        }
    }

    /// Keeps `text` alive at least as long as these bytes, which were decoded or cut out of it.
    ///
    /// So a variable that was erased can be read again in the words of whoever set it.
    pub(crate) fn keep(&self, text: &Self) {
        if self.bytes != text.bytes {
            // SAFETY: both handles hold their blocks. A text is whole as it was read and has no companion itself.
            unsafe { arena().accompany(self.block(), text.block()) };
        }
    }

    /// Lets the process answer for the variable `name` with these bytes, once it is erased, while a holder lives.
    pub(crate) fn carry_as(&self, name: &str) {
        // SAFETY: this handle holds the block.
        unsafe { arena::name(name, None, self.block()) };
    }

    /// Adds these bytes to the list that the process answers with for the variable `name`, while all of it is held.
    pub(crate) fn carry_next(&self, name: &str, delimiter: char) {
        // SAFETY: this handle holds the block.
        unsafe { arena::name(name, Some(delimiter), self.block()) };
    }

    /// What the process carries for the variable `name`, or whether it ever did.
    pub(super) fn carried(name: &str) -> Carried {
        match arena::kept(name) {
            Kept::Never => Carried::Never,
            Kept::Gone => Carried::Gone,
            Kept::Here(blocks, delimiter) => {
                let held = blocks.into_iter().map(|(block, len)| Self {
                    bytes: block.bytes(),
                    len,
                });
                Carried::Here(Self::joined(held.collect(), delimiter))
            }
        }
    }

    /// One part as it is; of several, a copy with the delimiter between them.
    fn joined(mut parts: Vec<Self>, delimiter: char) -> Self {
        if parts.len() == 1 {
            return parts.remove(0);
        }
        let mut buffer = [0; 4];
        let delimiter = delimiter.encode_utf8(&mut buffer).as_bytes();
        let len = parts.iter().map(|part| part.len + delimiter.len()).sum();
        let joined: Result<_, Infallible> = Self::filled(len, |output| {
            let mut written = 0;
            for (index, part) in parts.iter().enumerate() {
                let before = if index > 0 { delimiter } else { &[] };
                for bytes in [before, part.as_bytes()] {
                    output[written..written + bytes.len()].copy_from_slice(bytes);
                    written += bytes.len();
                }
            }
            Ok(written)
        });
        let Ok(joined) = joined;
        joined
    }

    fn block(&self) -> Block {
        // SAFETY: this handle was made from a block and holds it.
        unsafe { Block::of(self.bytes) }
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // SAFETY: this handle held the block until now.
        unsafe { arena().release(self.block()) };
    }
}

/// What the process carries for a variable that was erased.
pub(super) enum Carried {
    /// Nothing: it was never erased.
    Never,
    /// It was erased, and its last holder is gone.
    Gone,
    /// These bytes, one handle more.
    Here(Locked),
}

/// [`Locked`] bytes that are UTF-8.
pub(crate) struct LockedText(Locked);

impl LockedText {
    /// One more handle for the same text: no copy.
    pub(crate) fn share(&self) -> Self {
        Self(self.0.share())
    }

    /// The bytes of the text.
    #[cfg(feature = "keyring")]
    pub(crate) fn into_locked(self) -> Locked {
        self.0
    }

    /// Checks `bytes` once, so that reading them costs nothing.
    ///
    /// # Errors
    /// When `bytes` is not UTF-8; the bytes are wiped then.
    pub(crate) fn new(bytes: Locked) -> Result<Self, Utf8Error> {
        text_of(bytes.as_bytes())?;
        Ok(Self(bytes))
    }

    /// A copy of `text`.
    pub(crate) fn copy_of(text: &str) -> Self {
        Self(Locked::copy_of(text.as_bytes()))
    }

    /// The text.
    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        // SAFETY: `new` checked these bytes, and they do not change.
        unsafe { std::str::from_utf8_unchecked(self.0.as_bytes()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Carried, Locked, LockedText};

    #[test]
    fn filled_keeps_what_was_used_and_nothing_else() {
        let locked = Locked::filled(100, |buffer| {
            assert_eq!(buffer, [0; 100]);
            buffer[..6].copy_from_slice(b"abcdef");
            Ok::<_, ()>(3)
        });
        assert_eq!(locked.unwrap().as_bytes(), b"abc");
        let large = Locked::filled(1 << 20, |buffer| {
            buffer.fill(b'x');
            Ok::<_, ()>(5)
        });
        assert_eq!(large.unwrap().as_bytes(), b"xxxxx");
        assert_eq!(Locked::filled(9, |_| Err::<usize, _>("no")).err(), Some("no"));
        let lying = Locked::filled(2, |_| Ok::<_, ()>(3)).unwrap();
        assert_eq!(lying.as_bytes(), [0; 2]);
    }

    #[test]
    fn a_panic_while_filling_gives_the_block_back() {
        let caught = std::panic::catch_unwind(|| Locked::filled::<()>(8, |_| panic!("while filling")));
        assert!(caught.is_err());
        assert_eq!(Locked::copy_of(b"still works").as_bytes(), b"still works");
    }

    #[test]
    fn text_is_checked_once() {
        assert!(LockedText::new(Locked::copy_of(&[0xFF])).is_err());
        let text = LockedText::new(Locked::copy_of("käse".as_bytes())).unwrap();
        assert_eq!(text.as_str(), "käse");
    }

    #[test]
    fn a_name_is_answered_while_a_holder_lives() {
        let name = "LOCKED_TEST_CARRIED";
        assert!(matches!(Locked::carried(name), Carried::Never));
        let first = Locked::copy_of(b"secret");
        first.carry_as(name);
        let Carried::Here(second) = Locked::carried(name) else {
            panic!("a holder lives")
        };
        assert_eq!(second.as_bytes().as_ptr(), first.as_bytes().as_ptr(), "one copy");
        drop(first);
        assert_eq!(second.as_bytes(), b"secret");
        drop(second);
        assert!(matches!(Locked::carried(name), Carried::Gone));
    }

    #[test]
    #[cfg(feature = "reload")]
    fn what_is_shared_lives_until_its_last_handle() {
        let first = Locked::copy_of(b"shared");
        let second = first.share();
        assert_eq!(first.as_bytes().as_ptr(), second.as_bytes().as_ptr(), "one copy");
        first.carry_as("LOCKED_TEST_SHARED");
        drop(first);
        assert_eq!(second.as_bytes(), b"shared");
        drop(second);
        assert!(matches!(Locked::carried("LOCKED_TEST_SHARED"), Carried::Gone));
    }

    #[test]
    fn a_list_is_answered_with_its_delimiters() {
        let name = "LOCKED_TEST_LIST";
        let items = [&b"one"[..], b"two", b"three"].map(Locked::copy_of);
        items[0].carry_as(name);
        for item in &items[1..] {
            item.carry_next(name, '→');
        }
        let Carried::Here(list) = Locked::carried(name) else {
            panic!("all of it is held")
        };
        assert_eq!(list.as_bytes(), "one→two→three".as_bytes());
        drop(items);
        assert!(matches!(Locked::carried(name), Carried::Gone));
    }

    #[test]
    fn a_text_lives_as_long_as_what_was_decoded_from_it() {
        let name = "LOCKED_TEST_DECODED";
        let key = Locked::copy_of(&[0xAB]);
        {
            let text = Locked::copy_of(b"ab");
            text.carry_as(name);
            key.keep(&text);
            key.keep(&text);
            text.keep(&text);
        }
        let Carried::Here(text) = Locked::carried(name) else {
            panic!("the key lives")
        };
        assert_eq!(text.as_bytes(), b"ab");
        drop(key);
        drop(text);
        assert!(matches!(Locked::carried(name), Carried::Gone));
    }

    #[test]
    fn threads_make_share_and_drop_at_once() {
        let rounds = if cfg!(miri) { 20 } else { 2_000 };
        std::thread::scope(|scope| {
            for thread in 0..4_u8 {
                scope.spawn(move || {
                    let mut kept = Vec::new();
                    for round in 0..rounds {
                        kept.push(Locked::copy_of(&[thread; 40]));
                        if round % 3 == 0 {
                            let gone = kept.swap_remove(round % kept.len());
                            assert_eq!(gone.as_bytes(), [thread; 40]);
                        }
                        crate::memory::for_each_secret(&mut |bytes| {
                            std::hint::black_box(bytes.first());
                        });
                    }
                });
            }
        });
    }
}
