//! What the two ways of counting have in common.

/// A way of counting, with the numbers of one quota.
///
/// Times are nanoseconds since some fixed moment. A time that lies before one that a state has seen
/// counts as that one: threads read the clock before they take the lock.
pub(super) trait Algorithm {
    /// What is kept of one key. The default is the state of a key that was never seen.
    type State: Copy + Default + Send;

    /// Spends one if it is there to spend. A refusal leaves the state as it is.
    fn spend(&self, state: &mut Self::State, now: u64) -> Outcome;

    /// Takes back what was spent at `now`, if it is still the last that was spent.
    fn undo(&self, state: &mut Self::State, now: u64);

    /// What there is to spend.
    fn peek(&self, state: &Self::State, now: u64) -> Outcome;

    /// How much of the quota is used.
    fn load(&self, state: &Self::State, now: u64) -> Load;
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
