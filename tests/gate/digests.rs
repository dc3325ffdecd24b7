//! The gate's table of digests is what this generator makes of the words beside it.
//!
//! To write the table anew, after the words were changed:
//! `WRITE_DIGESTS=1 cargo test -p tests --test gate digests`.

use secure_config::gate::{Policy, judge};

use crate::machine::{base64, hex};

const WORDS: &str = include_str!("words.txt");
const TABLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../secure-config/src/gate/published/digests.bin"
);

/// How many words are hashed with a line end, as `echo word | sha256sum` does, and how many are hashed twice.
const WITH_LINE_END: usize = 140;
const TWICE: usize = 100;

/// How many bytes of a digest the table compares: the first chooses a bucket, the others are in it.
const COMPARED: usize = 6;

type Digest = fn(&[u8]) -> Vec<u8>;

const DIGESTS: [Digest; 4] = [
    |text| <md5::Md5 as md5::Digest>::digest(text).to_vec(),
    |text| <sha1::Sha1 as sha1::Digest>::digest(text).to_vec(),
    |text| <sha2::Sha256 as sha2::Digest>::digest(text).to_vec(),
    |text| <sha2::Sha512 as sha2::Digest>::digest(text).to_vec(),
];

fn words() -> Vec<&'static str> {
    let lines = WORDS.lines().filter(|line| !line.starts_with('#'));
    let mut words: Vec<&str> = Vec::new();
    for word in lines.flat_map(str::split_ascii_whitespace) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Every digest that the table holds: of words, of words with a line end, and of digests.
fn digests() -> Vec<Vec<u8>> {
    let words = words();
    let mut all = Vec::new();
    for word in &words {
        all.extend(DIGESTS.map(|digest| digest(word.as_bytes())));
    }
    for word in &words[..WITH_LINE_END] {
        all.extend(DIGESTS.map(|digest| digest(format!("{word}\n").as_bytes())));
    }
    for word in &words[..TWICE] {
        for inner in DIGESTS {
            let bytes = inner(word.as_bytes());
            let text = hex(&bytes);
            all.extend(DIGESTS.map(|outer| outer(&text)));
            all.push(inner(&bytes));
        }
    }
    all
}

/// The table: where each bucket ends, as 256 numbers of two bytes, and the sorted rest of each digest.
fn table() -> Vec<u8> {
    let mut entries: Vec<Vec<u8>> = digests()
        .iter()
        .map(|digest| digest[..COMPARED].to_vec())
        .collect();
    entries.sort_unstable();
    entries.dedup();
    let mut table = Vec::new();
    for first in 0..=255 {
        let end = entries.partition_point(|entry| entry[0] <= first);
        table.extend(u16::try_from(end).expect("a few thousand").to_le_bytes());
    }
    table.extend(entries.iter().flat_map(|entry| &entry[1..]));
    table
}

#[test]
fn digests_are_those_of_the_words() {
    let made = table();
    if std::env::var_os("WRITE_DIGESTS").is_some() {
        std::fs::write(TABLE, &made).expect("the table can be written");
    }
    let held = std::fs::read(TABLE).expect("the table is there");
    assert!(
        made == held,
        "the table is not what the words make: see how to write it anew"
    );
}

#[test]
fn digests_are_refused_in_every_spelling() {
    for digest in digests().iter().step_by(37) {
        let text = hex(digest);
        for value in [
            text.clone(),
            text.to_ascii_uppercase(),
            base64(digest),
            crate::machine::base64url(digest),
            [b"0x", &text[..]].concat(),
            [b"sha256:", &text[..]].concat(),
            [&text[..], b"  -"].concat(),
            text[..32].to_vec(),
        ] {
            let reason = judge(&value, &Policy::key().min_len(0)).reason();
            let shown = String::from_utf8_lossy(&value).into_owned();
            assert_eq!(
                reason.map(|reason| reason.code()),
                Some("known_default"),
                "{shown}"
            );
        }
    }
}
