//! The id of a request.

use std::{
    cell::RefCell,
    fmt, process,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue};

use super::scope;
use crate::{lookup::first, siphash::SipKey};

/// `x-request-id`
pub(crate) static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: an extension of every request below [`RequestIdLayer`](super::RequestIdLayer).
///
/// Clones share the text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RequestId(HeaderValue);

/// Digits in an id of ours.
const LEN: usize = 32;
/// How many ids a thread makes at a time.
const BATCH: usize = 64;

thread_local! {
    /// Ids that no request has yet: one block of memory, from which each takes its piece.
    static BLOCK: RefCell<Bytes> = const { RefCell::new(Bytes::new()) };
}

impl RequestId {
    /// The most characters of an id that is taken over.
    pub const MAX_LEN: usize = 128;

    /// The id of the request with these extensions.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    /// The id of the request that this thread is handling right now.
    ///
    /// For errors that become responses far from their request. There is none in a task that a handler
    /// spawns, nor while the body is sent.
    #[must_use]
    pub fn current() -> Option<Self> {
        scope::current()
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Every id was checked to be ASCII, or made so.
        std::str::from_utf8(self.0.as_bytes()).unwrap_or_default()
    }

    /// The id as a header, for the requests that a handler makes.
    #[must_use]
    pub const fn header_value(&self) -> &HeaderValue {
        &self.0
    }

    pub(crate) fn into_header_value(self) -> HeaderValue {
        self.0
    }

    /// A new id.
    pub(super) fn generate() -> Self {
        let text = BLOCK
            .try_with(|block| {
                let mut block = block.try_borrow_mut().ok()?;
                if block.len() < LEN {
                    *block = fresh_block();
                }
                Some(block.split_to(LEN))
            })
            .ok()
            .flatten();
        // Without its thread's block (the thread is ending), an id gets a block of its own.
        let text = text.unwrap_or_else(|| fresh_block().slice(..LEN));
        // Hexadecimal digits are fine in a header.
        Self(HeaderValue::from_maybe_shared(text).unwrap_or_else(|_| HeaderValue::from_static("-")))
    }

    /// What a request says its id is.
    pub(super) fn given(headers: &HeaderMap) -> Given {
        let Some(value) = first(headers, &X_REQUEST_ID) else {
            return Given::Nothing;
        };
        let is_one = headers.get_all(&X_REQUEST_ID).iter().nth(1).is_none();
        if is_one && is_well_formed(value.as_bytes()) {
            Given::Id(Self(value.clone()))
        } else {
            Given::IllFormed
        }
    }
}

/// What a request says its id is.
#[derive(Debug)]
pub(super) enum Given {
    /// It says nothing, as most do.
    Nothing,
    /// Several ids, or none that may stand in a log.
    IllFormed,
    /// One id.
    Id(RequestId),
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What proxies make ids of, and neither JSON, HTML, a shell's quotes nor a list in a header gives a meaning to.
fn is_well_formed(text: &[u8]) -> bool {
    matches!(text.len(), 1..=RequestId::MAX_LEN)
        && text
            .iter()
            .all(|&byte| byte.is_ascii_alphanumeric() || b"._-~:#/+=@|*!^".contains(&byte))
}

/// The text of a batch of ids.
fn fresh_block() -> Bytes {
    let mut bits = [0; BATCH * LEN / 2];
    let mut key = [0; 16];
    match getrandom::fill(&mut key) {
        Ok(()) => spread(u128::from_ne_bytes(key), &mut bits),
        Err(_) => count(&mut bits),
    }
    let mut text = [0; BATCH * LEN];
    for (two, byte) in text.chunks_exact_mut(2).zip(bits) {
        two[0] = digit(byte >> 4);
        two[1] = digit(byte & 15);
    }
    Bytes::copy_from_slice(&text)
}

/// A hexadecimal digit, computed rather than looked up so that many can be made at once.
const fn digit(value: u8) -> u8 {
    value + if value < 10 { b'0' } else { b'a' - 10 }
}

/// Fills in what nobody tells from random bytes who does not know the key: SipHash of one number after the other. The operating system
/// takes several times as long for as many.
fn spread(key: u128, bits: &mut [u8]) {
    let key = SipKey::new(key as u64, (key >> 64) as u64);
    for (bytes, number) in bits.chunks_exact_mut(8).zip(0..) {
        bytes.copy_from_slice(&key.hash(number).to_ne_bytes());
    }
}

/// Fills in numbers that are unique if not random, for a system without random bytes.
#[cold]
fn count(ids: &mut [u8]) {
    static COUNT: AtomicU64 = AtomicU64::new(0);

    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let start = (now.as_nanos() as u64).rotate_left(16) ^ u64::from(process::id());
    for id in ids.chunks_exact_mut(LEN / 2) {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        id[..8].copy_from_slice(&start.to_be_bytes());
        id[8..].copy_from_slice(&count.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_hexadecimal_digits() {
        let ids: HashSet<String> = (0..1_000)
            .map(|_| RequestId::generate().as_str().to_owned())
            .collect();
        assert_eq!(ids.len(), 1_000);
        for id in ids {
            assert_eq!(id.len(), 32);
            assert!(
                id.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f')),
                "{id}"
            );
        }
    }

    #[test]
    fn every_key_gives_other_ids_with_bits_of_every_kind() {
        let blocks = [0, 1, 1 << 64, u128::MAX].map(|key| {
            let mut bits = [0; BATCH * LEN / 2];
            spread(key, &mut bits);
            bits
        });
        let unique: HashSet<&[u8]> = blocks
            .iter()
            .flat_map(|block| block.chunks_exact(LEN / 2))
            .collect();
        assert_eq!(unique.len(), 4 * BATCH);
        for block in &blocks {
            let ones: u32 = block.iter().map(|byte| byte.count_ones()).sum();
            // 8,192 bits: six standard deviations are 272.
            assert!(ones.abs_diff(4_096) < 272, "{ones}");
        }
    }

    #[test]
    fn ids_without_randomness_are_unique() {
        let mut ids = [0; 64 * LEN / 2];
        count(&mut ids[..512]);
        count(&mut ids[512..]);
        let unique: HashSet<&[u8]> = ids.chunks_exact(LEN / 2).collect();
        assert_eq!(unique.len(), 64);
    }

    #[test]
    fn only_one_well_formed_id_is_taken() {
        let given = |values: &[&[u8]]| {
            let values = values
                .iter()
                .map(|value| (X_REQUEST_ID.clone(), HeaderValue::from_bytes(value).unwrap()));
            let mut headers = HeaderMap::new();
            for (name, value) in values {
                headers.append(name, value);
            }
            match RequestId::given(&headers) {
                Given::Id(id) => Some(id.to_string()),
                Given::Nothing | Given::IllFormed => None,
            }
        };
        for id in [
            "Ab-9._",
            // HAProxy, Application Insights, base64, AWS.
            "0A00020F:C88A_0A000210:01BB_5F3C2A1B_0001:7F2D",
            "|7cfe6bf2e84f4a5b.1#2",
            "q2Zf+1/8aQ==",
            "Root=1-67891233-abcdef012345678912345678",
            "a~b@c*d!e^f",
        ] {
            assert_eq!(given(&[id.as_bytes()]).as_deref(), Some(id));
        }
        assert_eq!(given(&[&[b'a'; 128]]).map(|id| id.len()), Some(128));
        let refused: [&[&[u8]]; 18] = [
            &[],
            &[b""],
            &[&[b'a'; 129]],
            &[b"a b"],
            &[b"a\tb"],
            &[b"a\"b"],
            &[b"a\x80"],
            &[b"a,b"],
            &[b"a;b"],
            &[b"a\\b"],
            &[b"<a>"],
            &[b"a&b"],
            &[b"a'b"],
            &[b"`a`"],
            &[b"$a"],
            &[b"{a}"],
            &[b"a%0a"],
            &[b"a", b"b"],
        ];
        for values in refused {
            assert_eq!(given(values), None, "{values:?}");
        }
    }
}
