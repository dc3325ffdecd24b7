//! Finds fields that read one name: at compile time by hashes, and exactly when those say so.

use std::collections::HashMap;

use super::{Field, Kind, Schema};

/// More names than this in one configuration are compared at each load: the compiler would take too long.
const MOST: usize = 256;

/// Where a secret or a value may stand besides its own variable.
pub(crate) const FILE_SUFFIX: &str = "_FILE";

/// Whether two fields may read one name. A const fn, so that a load pays nothing for it.
pub(crate) const fn may_collide(prefix: &str, fields: &[Field]) -> bool {
    let mut seen = Seen {
        hashes: [0; MOST],
        count: 0,
        collides: false,
    };
    seen.add_fields(hash(FNV_START, prefix), fields);
    seen.collides
}

struct Seen {
    hashes: [u64; MOST],
    count: usize,
    collides: bool,
}

impl Seen {
    const fn add_fields(&mut self, prefix: u64, fields: &[Field]) {
        let mut index = 0;
        while index < fields.len() {
            let field = &fields[index];
            let names = field.names();
            let start = if field.is_absolute() { FNV_START } else { prefix };
            if let Kind::Nested(inner) = field.shape().kind {
                self.add_fields(hash(start, names[0]), inner.fields());
            } else {
                let mut at = 0;
                while at < names.len() {
                    let name = hash(start, names[at]);
                    self.add(name);
                    self.add(hash(name, FILE_SUFFIX));
                    at += 1;
                }
            }
            index += 1;
        }
    }

    const fn add(&mut self, hash: u64) {
        if self.count == MOST {
            self.collides = true;
            return;
        }
        let mut index = 0;
        while index < self.count {
            if self.hashes[index] == hash {
                self.collides = true;
            }
            index += 1;
        }
        self.hashes[self.count] = hash;
        self.count += 1;
    }
}

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, which can go on where it stopped: names are joined without joining them.
const fn hash(mut state: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        state = (state ^ bytes[index] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        index += 1;
    }
    state
}

/// Every name that two fields read, with both fields.
pub(crate) fn collisions(
    schema: &'static Schema,
    prefix: &str,
) -> Vec<(String, &'static Field, &'static Field)> {
    let mut readers: HashMap<String, &'static Field> = HashMap::new();
    let mut found = Vec::new();
    schema.walk(prefix, &mut |prefix, field| {
        for name in field.names() {
            let name = field.full_name(prefix, name);
            let file = [&name, FILE_SUFFIX].concat();
            let (twin, file_twin) = (
                readers.insert(name.clone(), field),
                readers.insert(file.clone(), field),
            );
            // Who shares a name shares the name of its file: that is told once.
            let told = twin
                .map(|first| (name, first))
                .or(file_twin.map(|first| (file, first)));
            found.extend(told.map(|(name, first)| (name, first, field)));
        }
    });
    found
}
