//! A table that only grows, up to a bound, and is read without a lock.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
};

/// The most that a bound may be: indices are 32 bits.
pub(super) const MAX: usize = 100_000;

/// Values by a key, at most so many. Nothing is ever removed, so a value stays where it is.
pub(super) struct Table<T> {
    /// Made at the first use.
    slots: OnceLock<Slots<T>>,
    max: usize,
    seed: u64,
}

struct Slots<T> {
    /// The number of a value in `values`, one up, at the place of its hash or the next free one; 0 is free.
    /// There are twice as many as there may be values, so a free one is near.
    index: Box<[AtomicU32]>,
    /// In the order in which they came.
    values: Box<[OnceLock<(u64, T)>]>,
    len: AtomicUsize,
    /// Held to add a value.
    adding: Mutex<()>,
}

impl<T> Table<T> {
    /// A table of at most `max` values.
    pub(super) fn new(max: usize) -> Self {
        Self {
            slots: OnceLock::new(),
            max: max.min(MAX),
            // Keys may come from outside; who cannot know the seed cannot make them collide.
            seed: RandomState::new().hash_one(0_u64),
        }
    }

    /// The hash of an empty key.
    #[inline]
    pub(super) fn hash(&self) -> Hash {
        Hash(self.seed)
    }

    /// The value of a key, which is made if it is not there; `None` if there is no room for it.
    ///
    /// `is` tells whether a value is that of the key.
    #[inline]
    pub(super) fn get(
        &self,
        Hash(hash): Hash,
        is: impl Fn(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> Option<&T> {
        let slots = self.slots.get_or_init(|| Slots::new(self.max));
        match slots.find(hash, &is) {
            Ok(value) => Some(value),
            Err(_) => slots.add(hash, is, make),
        }
    }

    /// The values, in the order in which they came.
    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        let values = self.slots.get().map_or(&[][..], |slots| {
            &slots.values[..slots.len.load(Ordering::Acquire)]
        });
        values
            .iter()
            .filter_map(|value| value.get().map(|(_, value)| value))
    }
}

impl<T> Slots<T> {
    fn new(max: usize) -> Self {
        Self {
            index: (0..(2 * max).next_power_of_two())
                .map(|_| AtomicU32::new(0))
                .collect(),
            values: (0..max).map(|_| OnceLock::new()).collect(),
            len: AtomicUsize::new(0),
            adding: Mutex::new(()),
        }
    }

    /// The value, or the free place where its number would be.
    #[inline]
    fn find(&self, hash: u64, is: impl Fn(&T) -> bool) -> Result<&T, usize> {
        let mut at = hash as usize;
        loop {
            at &= self.index.len() - 1;
            let number = self.index[at].load(Ordering::Acquire);
            if number == 0 {
                return Err(at);
            }
            if let Some((known, value)) = self.values[number as usize - 1].get() {
                if *known == hash && is(value) {
                    return Ok(value);
                }
            }
            at += 1;
        }
    }

    #[cold]
    fn add(&self, hash: u64, is: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> Option<&T> {
        let _adding = self.adding.lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been faster.
        let at = match self.find(hash, is) {
            Ok(value) => return Some(value),
            Err(at) => at,
        };
        let len = self.len.load(Ordering::Relaxed);
        let (_, value) = self.values.get(len)?.get_or_init(|| (hash, make()));
        self.len.store(len + 1, Ordering::Release);
        // At most `MAX`, so it fits.
        self.index[at].store(len as u32 + 1, Ordering::Release);
        Some(value)
    }
}

/// The hash of a key of texts: fast for the short ones that labels are.
#[derive(Clone, Copy)]
pub(super) struct Hash(u64);

impl Hash {
    #[inline]
    pub(super) fn number(self, number: u64) -> Self {
        // Odd and without a pattern (the golden ratio).
        self.times(number, 0x9e37_79b9_7f4a_7c15)
    }

    /// Words of eight bytes, the last of which reaches back into the one before it, so that there is no rest to be
    /// copied. The length is in the factor: texts that differ only in what is read twice differ there.
    #[inline]
    pub(super) fn text(self, text: &str) -> Self {
        let (bytes, len) = (text.as_bytes(), text.len());
        let factor = 0xd1b5_4a32_d192_ed03 ^ (len as u64) << 1;
        if let Some(last) = bytes.last_chunk() {
            let mut hash = self;
            let mut rest = bytes;
            while let Some((word, more)) = rest.split_first_chunk().filter(|(_, more)| !more.is_empty()) {
                hash = hash.number(u64::from_le_bytes(*word));
                rest = more;
            }
            return hash.times(u64::from_le_bytes(*last), factor);
        }
        let word = match (bytes.first_chunk(), bytes.last_chunk(), bytes) {
            (Some(first), Some(last), _) => {
                u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
            }
            (_, _, [first, ..]) => {
                u64::from(*first) << 16 | u64::from(bytes[len / 2]) << 8 | u64::from(bytes[len - 1])
            }
            (_, _, []) => 0,
        };
        self.times(word, factor)
    }

    #[inline]
    fn times(self, number: u64, factor: u64) -> Self {
        let product = u128::from(self.0 ^ number) * u128::from(factor);
        Self(product as u64 ^ (product >> 64) as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, sync::atomic::AtomicU64};

    use super::*;

    type Counts = Table<(String, AtomicU64)>;

    fn get<'a>(table: &'a Counts, key: &str) -> Option<&'a AtomicU64> {
        let made = || (key.to_owned(), AtomicU64::new(0));
        table
            .get(table.hash().text(key), |(known, _)| known == key, made)
            .map(|(_, count)| count)
    }

    #[test]
    fn has_room_for_as_many_as_it_says_and_keeps_them() {
        let table = Counts::new(100);
        for n in 0..1_000 {
            match get(&table, &n.to_string()) {
                Some(count) => count.fetch_add(1, Ordering::Relaxed),
                None => continue,
            };
        }
        let keys: Vec<_> = table.values().map(|(key, _)| key.clone()).collect();
        assert_eq!(keys, (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!(
            get(&table, "7").map(|count| count.load(Ordering::Relaxed)),
            Some(1)
        );
        assert!(get(&table, "500").is_none());
    }

    #[test]
    fn threads_make_each_value_once() {
        let table = Counts::new(200);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for n in 0..20_000 {
                        get(&table, &(n % 150).to_string())
                            .unwrap()
                            .fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(table.values().count(), 150);
        let sum: u64 = table
            .values()
            .map(|(_, count)| count.load(Ordering::Relaxed))
            .sum();
        assert_eq!(sum, 80_000);
    }

    #[test]
    fn texts_are_told_apart() {
        let start = Hash(77);
        let texts = [
            "",
            "a",
            "b",
            "ab",
            "a\0",
            "\0",
            "\0\0",
            "12345678",
            "123456781",
            "1234567812345678",
            "aaaa",
            "aaaaa",
            "aaaaaa",
            "aaaaaaa",
            "aaaaaaaa",
            "aaaaaaaaa",
            "aaaaaaaaaaaaaaaa",
            "aaaaaaaaaaaaaaaaa",
        ];
        let hashes: HashSet<_> = texts.map(|text| start.text(text).0).into();
        assert_eq!(hashes.len(), texts.len());
        assert_ne!(start.text("a").text("b").0, start.text("ab").0);
        assert_ne!(start.text("a").0, Hash(78).text("a").0);
    }
}
