//! A table of fixed size that holds the states of many keys, against callers who want it to grow or forget.
//!
//! The table is cut into sets of [`WAYS`] places. The set of a key follows from its keyed hash, so that nobody
//! outside can choose keys of one set. A key that is not there takes a place that is free or whose state is as
//! good as none. Where there is no such place, the key that has used least of its quota is forgotten, and of
//! equals the one seen longest ago. A key that has used all of it is never forgotten.
//!
//! So a flood of fresh keys replaces itself: it finds places, and passes, but a key that has used *n* requests
//! is forgotten only for a set full of keys that have used as many. Only a caller who exhausts every place of
//! the table can bring it about that a fresh key finds none. Such keys share one state for each shard: they
//! are refused together rather than let through uncounted.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{
    algorithm::{Algorithm, Load, Outcome},
    clock::Now,
};

/// How many places a set has.
const WAYS: usize = 16;
/// How many shards there are at most: threads that meet in one wait for each other.
const MAX_SHARDS: usize = 64;

/// The states of many keys.
pub(super) struct Table<A: Algorithm> {
    algorithm: A,
    shards: Box<[Shard<A::State>]>,
}

/// A part of the table with a lock of its own, on cache lines of its own.
#[repr(align(64))]
struct Shard<S>(Mutex<Sets<S>>);

struct Sets<S> {
    /// The hashes of the keys in each set; 0 is a place that was never taken.
    tags: Box<[[u64; WAYS]]>,
    /// The states, `WAYS` to a set.
    states: Box<[S]>,
    /// What keys share that find no place.
    overflow: S,
}

impl<A: Algorithm> Table<A> {
    /// A table with at least `places` places.
    pub(super) fn new(algorithm: A, places: usize) -> Self {
        let sets = places.div_ceil(WAYS).max(1).next_power_of_two();
        let shards = sets.min(MAX_SHARDS);
        let sets = sets / shards;
        Self {
            algorithm,
            shards: (0..shards).map(|_| Shard(Mutex::new(Sets::new(sets)))).collect(),
        }
    }

    /// How many keys the table can hold.
    pub(super) fn places(&self) -> usize {
        self.shards.len() * self.lock(0).states.len()
    }

    /// Spends one of a key's quota. The key is given a place if it has none.
    #[inline]
    pub(super) fn spend(&self, hash: u64, now: &Now<'_>) -> Outcome {
        let hash = tag(hash);
        let mut sets = self.lock(hash);
        let sets = &mut *sets;
        let set = sets.set_of(hash);
        let state = match find(&sets.tags[set], hash) {
            Some(way) => &mut sets.states[set * WAYS + way],
            None => sets.admit(&self.algorithm, set, hash, now),
        };
        let mut span = now.about();
        if !self.algorithm.is_settled(state, span) {
            span = now.exact();
        }
        self.algorithm.spend(state, span)
    }

    /// Takes back what was spent at a moment, if the key still has its place.
    pub(super) fn undo(&self, hash: u64, at: u64) {
        let hash = tag(hash);
        let mut sets = self.lock(hash);
        let set = sets.set_of(hash);
        if let Some(way) = find(&sets.tags[set], hash) {
            self.algorithm.undo(&mut sets.states[set * WAYS + way], at);
        }
    }

    /// What a key has to spend, or would have.
    #[inline]
    pub(super) fn peek(&self, hash: u64, now: &Now<'_>) -> Outcome {
        let hash = tag(hash);
        let sets = self.lock(hash);
        let set = sets.set_of(hash);
        let fresh;
        let state = match find(&sets.tags[set], hash) {
            Some(way) => &sets.states[set * WAYS + way],
            None if sets.place(&self.algorithm, set, now).is_some() => {
                fresh = A::State::default();
                &fresh
            }
            None => &sets.overflow,
        };
        let mut span = now.about();
        if !self.algorithm.is_settled(state, span) {
            span = now.exact();
        }
        self.algorithm.peek(state, span)
    }

    #[inline]
    fn lock(&self, hash: u64) -> MutexGuard<'_, Sets<A::State>> {
        // The number of shards is a power of two.
        let shard = &self.shards[(hash >> 32) as usize & (self.shards.len() - 1)];
        // States are plain numbers: no panic can leave one half written.
        shard.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Copy + Default> Sets<S> {
    fn new(sets: usize) -> Self {
        Self {
            tags: vec![[0; WAYS]; sets].into(),
            states: vec![S::default(); sets * WAYS].into(),
            overflow: S::default(),
        }
    }

    #[inline]
    fn set_of(&self, hash: u64) -> usize {
        // The number of sets is a power of two.
        hash as usize & (self.tags.len() - 1)
    }

    /// Gives a key a place and a fresh state; the shared one when there is no place.
    #[cold]
    fn admit<A: Algorithm<State = S>>(
        &mut self,
        algorithm: &A,
        set: usize,
        hash: u64,
        now: &Now<'_>,
    ) -> &mut S {
        match self.place(algorithm, set, now) {
            Some(way) => {
                self.tags[set][way] = hash;
                let state = &mut self.states[set * WAYS + way];
                *state = S::default();
                state
            }
            None => &mut self.overflow,
        }
    }

    /// The place whose key is least missed; `None` when every one is exhausted.
    fn place<A: Algorithm<State = S>>(&self, algorithm: &A, set: usize, now: &Now<'_>) -> Option<usize> {
        let now = now.exact();
        let states = &self.states[set * WAYS..][..WAYS];
        let (way, load) = states
            .iter()
            .map(|state| algorithm.load(state, now))
            .enumerate()
            .min_by_key(|&(_, load)| load)?;
        (load != Load::Exhausted).then_some(way)
    }
}

/// The hash as it stands in the table, where 0 is taken.
#[inline]
fn tag(hash: u64) -> u64 {
    hash.max(1)
}

#[inline]
fn find(tags: &[u64; WAYS], hash: u64) -> Option<usize> {
    tags.iter().position(|&tag| tag == hash)
}

#[cfg(test)]
mod tests;
