//! What the two ways of counting have in common.

use std::time::Duration;

use super::{clock::Span, fields};

/// A way of counting, with the numbers of one quota.
///
/// A time that lies before one that a state has seen counts as that one: threads read the clock before
/// they take the lock.
pub(super) trait Algorithm {
    /// What is kept of one key. The default is the state of a key that was never seen.
    type State: Copy + Default + Send;

    /// Whether every moment of a span comes to the same, near enough.
    fn is_settled(&self, state: &Self::State, now: Span) -> bool;

    /// Spends one if it is there to spend. A refusal leaves the state as it is.
    ///
    /// In a span that is not settled it may refuse what an exact time would allow, never the other way
    /// round.
    fn spend(&self, state: &mut Self::State, now: Span) -> Outcome;

    /// Takes back what was spent [at](Outcome::at) a moment, if it is still the last that was spent.
    fn undo(&self, state: &mut Self::State, at: u64);

    /// What there is to spend.
    fn peek(&self, state: &Self::State, now: Span) -> Outcome;

    /// How much of the quota is used.
    fn load(&self, state: &Self::State, now: Span) -> Load;
}

/// What came of spending, or would come of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Whether one was spent; of a look, whether one could be.
    pub(super) allowed: bool,
    /// How many more can be spent now.
    pub(super) remaining: u32,
    /// Nanoseconds until more can be spent than now; 0 if everything can.
    pub(super) more_in: u64,
    /// The moment that one was spent at.
    pub(super) at: u64,
}

impl Outcome {
    /// Appends the item of `RateLimit` of a limit with this name.
    pub(super) fn tell(&self, out: &mut String, name: &str) {
        fields::limit(out, name, self.remaining, Duration::from_nanos(self.more_in));
    }
}

/// How much of a quota a key has used: what is lost by forgetting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Load {
    /// Nothing: a state that is as good as none.
    Idle,
    /// Some of it. More used is more, and of equals the later one is more.
    Used(u64),
    /// All of it.
    Exhausted,
}
