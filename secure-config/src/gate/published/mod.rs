//! The published defaults: hashes in one sorted table, made by the compiler from the lists beside this file.
//!
//! A list has a heading in brackets for each family, and under it a line for each value: its hash and where it was
//! published. The program `publish` in `tests/benches/gate` makes such a line from a value.

mod digests;

pub(super) use digests::is_digest;

const LISTS: [&[u8]; 3] = [
    include_bytes!("frameworks.txt"),
    include_bytes!("products.txt"),
    include_bytes!("lists.txt"),
];

/// The table is sorted by the upper 56 bits of the hash; the lower 8 are the family's number.
const FAMILY: u64 = 0xff;

/// The family that published `value`, or `Some(None)` when nobody in particular did.
pub(super) fn find(value: &[u8]) -> Option<Option<&'static str>> {
    // Keys of chains and devices are written with the mark of hexadecimal and without it.
    let bare = value.strip_prefix(b"0x");
    listed(value).or_else(|| listed(bare?))
}

fn listed(value: &[u8]) -> Option<Option<&'static str>> {
    let hash = hash(value)? & !FAMILY;
    let at = TABLE.partition_point(|entry| *entry < hash);
    let entry = TABLE.get(at).filter(|entry| **entry & !FAMILY == hash)?;
    Some(name((entry & FAMILY) as usize))
}

fn name(family: usize) -> Option<&'static str> {
    let name = &NAMES[usize::from(STARTS[family])..usize::from(STARTS[family + 1])];
    std::str::from_utf8(name).ok().filter(|name| !name.is_empty())
}

/// So many letters and digits are no chance, whatever stands between them.
const TELLING: usize = 12;

/// A hash of the letters and digits of `value` (FNV-1a and a final mix), or `None` when it has too few.
///
/// They must be half of it: of twelve characters that are noise with three letters, the three are chance.
fn hash(value: &[u8]) -> Option<u64> {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut kept = 0;
    for byte in value.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
        hash = (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3);
        kept += 1;
    }
    hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    let tells = kept >= TELLING || kept > 0 && 2 * kept >= value.len();
    tells.then_some(hash ^ (hash >> 32))
}

/// A line of a list.
enum Line {
    Heading { start: usize, end: usize },
    Entry(u64),
}

/// The next heading or entry from `at` on, and where to go on.
const fn next_line(list: &[u8], mut at: usize) -> Option<(Line, usize)> {
    while at < list.len() {
        let start = at;
        while at < list.len() && list[at] != b'\n' {
            at += 1;
        }
        let end = at;
        at += 1;
        if start == end || list[start] == b'#' {
            continue;
        }
        if list[start] == b'[' {
            let (start, end) = (start + 1, end - 1);
            assert!(list[end] == b']', "a heading ends with a bracket");
            return Some((Line::Heading { start, end }, at));
        }
        let mut hash = 0;
        let mut digit = start;
        while digit < start + 16 {
            hash = hash << 4 | digit_value(list[digit]);
            digit += 1;
        }
        assert!(list[digit] == b' ', "a hash has 16 digits");
        return Some((Line::Entry(hash), at));
    }
    None
}

const fn digit_value(digit: u8) -> u64 {
    match digit {
        b'0'..=b'9' => (digit - b'0') as u64,
        b'a'..=b'f' => (digit - b'a') as u64 + 10,
        _ => panic!("a hash has hexadecimal digits"),
    }
}

/// How many entries and families there are, and how long their names are together.
const SIZES: (usize, usize, usize) = {
    let (mut entries, mut families, mut letters) = (0, 0, 0);
    let mut list = 0;
    while list < LISTS.len() {
        let mut at = 0;
        while let Some((line, next)) = next_line(LISTS[list], at) {
            match line {
                Line::Heading { start, end } => {
                    families += 1;
                    letters += end - start;
                }
                Line::Entry(_) => entries += 1,
            }
            at = next;
        }
        list += 1;
    }
    assert!(families <= 256, "a family's number has 8 bits");
    (entries, families, letters)
};

/// The names of the families, one after the other, and where each starts.
static NAMES: [u8; SIZES.2] = FAMILIES.0;
static STARTS: [u16; SIZES.1 + 1] = FAMILIES.1;

const FAMILIES: ([u8; SIZES.2], [u16; SIZES.1 + 1]) = {
    let mut names = [0; SIZES.2];
    let mut starts = [0; SIZES.1 + 1];
    let (mut family, mut letters) = (0, 0);
    let mut list = 0;
    while list < LISTS.len() {
        let mut at = 0;
        while let Some((line, next)) = next_line(LISTS[list], at) {
            if let Line::Heading { mut start, end } = line {
                while start < end {
                    names[letters] = LISTS[list][start];
                    letters += 1;
                    start += 1;
                }
                family += 1;
                starts[family] = letters as u16;
            }
            at = next;
        }
        list += 1;
    }
    (names, starts)
};

static TABLE: [u64; SIZES.0] = {
    let mut table = [0; SIZES.0];
    let (mut entries, mut families) = (0, 0);
    let mut list = 0;
    while list < LISTS.len() {
        let mut at = 0;
        while let Some((line, next)) = next_line(LISTS[list], at) {
            match line {
                Line::Heading { .. } => families += 1,
                Line::Entry(hash) => {
                    assert!(families > 0, "an entry stands under a heading");
                    table[entries] = (hash & !FAMILY) | (families as u64 - 1);
                    entries += 1;
                }
            }
            at = next;
        }
        list += 1;
    }
    sort(table)
};

/// Heap sort: the standard one is not for the compiler's use.
const fn sort<const N: usize>(mut table: [u64; N]) -> [u64; N] {
    let mut root = N / 2;
    while root > 0 {
        root -= 1;
        sift(&mut table, root, N);
    }
    let mut end = N;
    while end > 1 {
        end -= 1;
        let last = table[end];
        table[end] = table[0];
        table[0] = last;
        sift(&mut table, 0, end);
    }
    table
}

/// Moves the entry at `root` down until no child of it is greater.
const fn sift(table: &mut [u64], mut root: usize, end: usize) {
    loop {
        let mut child = 2 * root + 1;
        if child >= end {
            return;
        }
        if child + 1 < end && table[child + 1] > table[child] {
            child += 1;
        }
        if table[root] >= table[child] {
            return;
        }
        let less = table[root];
        table[root] = table[child];
        table[child] = less;
        root = child;
    }
}

/// What the table takes in the binary.
#[cfg(test)]
pub(super) const BYTES: usize =
    size_of_val(&TABLE) + size_of_val(&NAMES) + size_of_val(&STARTS) + digests::BYTES;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_lists_nothing_twice() {
        for pair in TABLE.windows(2) {
            assert!(
                pair[0] & !FAMILY < pair[1] & !FAMILY,
                "{:016x} is listed twice",
                pair[1]
            );
        }
    }

    /// Pinned, because the lists were made with it and the program `publish` has a copy.
    #[test]
    fn the_hash_stays_what_it_was() {
        assert_eq!(hash(b"Change-Me"), Some(0xfdf8_3ae7_a13d_4cca));
        assert_eq!(hash(b"-_-"), None);
        assert_eq!(hash(br"%j%>)+$>\`wT"), None);
        assert_eq!(hash(b"!changeme!"), hash(b"ChangeMe"));
    }
}
