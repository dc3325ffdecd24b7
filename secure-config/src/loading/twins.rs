//! Finds equal secrets without keeping them: by keyed hashes, whose key ends with the load.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::origin::Origin;
use crate::schema::{Field, Rule};

/// What stands for the secrets that passed.
pub(super) struct Fingerprints {
    key: u64,
    all: Vec<Fingerprint>,
}

/// What stands for a secret when it is compared with the others.
pub(super) struct Fingerprint {
    hash: u64,
    pub(super) field: &'static Field,
    /// The struct it belongs to.
    pub(super) owner: usize,
    pub(super) origin: Option<Origin>,
}

/// Two secrets that are equal, and whether they were declared to differ.
pub(super) struct Twins<'f> {
    pub(super) first: &'f Fingerprint,
    pub(super) second: &'f Fingerprint,
    pub(super) must_differ: bool,
}

impl Fingerprints {
    pub(super) fn new() -> Self {
        Self {
            key: RandomState::new().build_hasher().finish(),
            all: Vec::with_capacity(4),
        }
    }

    pub(super) fn add(&mut self, secret: &[u8], field: &'static Field, owner: usize, origin: Option<Origin>) {
        self.all.push(Fingerprint {
            hash: hash(self.key, secret),
            field,
            owner,
            origin,
        });
    }

    /// Forgets what belongs to a field that was refused after all.
    pub(super) fn forget(&mut self, field: &'static Field, owner: usize) {
        self.all
            .retain(|one| !(std::ptr::eq(one.field, field) && one.owner == owner));
    }

    /// For each secret that equals an earlier one, those two; one that it must differ from is told first.
    pub(super) fn twins(&self) -> impl Iterator<Item = Twins<'_>> {
        self.all.iter().enumerate().filter_map(|(index, second)| {
            let is_field =
                |one: &&Fingerprint| !(one.owner == second.owner && std::ptr::eq(one.field, second.field));
            let equal = || {
                self.all[..index]
                    .iter()
                    .filter(|one| one.hash == second.hash)
                    .filter(is_field)
            };
            let must_differ = |first: &&Fingerprint| declared(first, second) || declared(second, first);
            let first = equal().find(must_differ).or_else(|| equal().next())?;
            Some(Twins {
                first,
                second,
                must_differ: must_differ(&first),
            })
        })
    }
}

/// Whether `one` was declared to differ from `other`.
fn declared(one: &Fingerprint, other: &Fingerprint) -> bool {
    let names =
        |rule: &Rule| matches!(rule, Rule::DiffersFrom(fields) if fields.contains(&other.field.ident()));
    one.owner == other.owner && one.field.rules().iter().any(names)
}

/// Folded multiplication, eight bytes at a time. The key is unknown to whoever chose the secrets, and gone when the load ends.
fn hash(key: u64, bytes: &[u8]) -> u64 {
    // The fraction of the golden ratio: odd, and without a pattern.
    const FACTOR: u128 = 0x9E37_79B9_7F4A_7C15;
    let mix = |state: u64, word: u64| {
        let product = u128::from(state ^ word) * FACTOR;
        product as u64 ^ (product >> 64) as u64 ^ key
    };
    let mut words = bytes.chunks_exact(8);
    let mut state = mix(key, bytes.len() as u64);
    for word in &mut words {
        let mut eight = [0; 8];
        eight.copy_from_slice(word);
        state = mix(state, u64::from_le_bytes(eight));
    }
    let rest = words
        .remainder()
        .iter()
        .fold(0, |rest, &byte| rest << 8 | u64::from(byte));
    mix(mix(state, rest), key)
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn only_equal_secrets_have_equal_hashes() {
        let text: Vec<u8> = (0..100).collect();
        let mut seen = std::collections::HashSet::new();
        for end in 0..text.len() {
            assert!(seen.insert(hash(7, &text[..end])), "a prefix");
            for bit in 0..end * 8 {
                let mut other = text[..end].to_vec();
                other[bit / 8] ^= 1 << (bit % 8);
                assert!(seen.insert(hash(7, &other)), "bit {bit} of {end} bytes");
            }
        }
        assert_ne!(hash(7, &text), hash(8, &text));
    }
}
