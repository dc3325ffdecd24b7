//! The texts of policies, kept for as long as the process lives.
//!
//! A header's value is counted by each response that has it, unless its text lives for ever; and over what all processors count they
//! wait for each other. Policies are made when a service starts, so there are few of them. One that is
//! made again needs no more memory, and whoever makes new ones without end gets counted texts.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;

/// The most bytes that are kept.
const MOST: usize = 64 << 10;

#[derive(Default)]
struct Kept {
    texts: HashSet<&'static str>,
    bytes: usize,
}

static KEPT: Mutex<Option<Kept>> = Mutex::new(None);

/// The bytes of a text, kept if there is room.
pub(super) fn keep(text: String) -> Bytes {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_default();
    if let Some(known) = kept.texts.get(text.as_str()) {
        return Bytes::from_static(known.as_bytes());
    }
    if kept.bytes + text.len() > MOST {
        return Bytes::from(text);
    }
    kept.bytes += text.len();
    // Without room to spare, which nobody would count.
    let text: &'static str = Box::leak(text.into_boxed_str());
    kept.texts.insert(text);
    Bytes::from_static(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_once_and_within_bounds() {
        let text = || String::from("default-src 'none'; upgrade-insecure-requests");
        let first = keep(text());
        assert_eq!(first, text());
        assert_eq!(keep(text()).as_ptr(), first.as_ptr());

        let long = |n: usize| format!("{n:0>1000}");
        for n in 0..200 {
            assert_eq!(keep(long(n)), long(n));
        }
        let kept = KEPT.lock().unwrap();
        let kept = kept.as_ref().unwrap();
        assert!(kept.bytes <= MOST);
        assert_eq!(
            kept.bytes,
            kept.texts.iter().map(|text| text.len()).sum::<usize>()
        );
    }
}
