//! One quota, for many keys.

#[cfg(feature = "valkey")]
use std::time::Duration;
use std::{
    borrow::Cow,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

#[cfg(feature = "valkey")]
use super::verdict::nanos;
use super::{
    Allowance, Clock, Key, LimitError, Quota, Refusal,
    algorithm::Outcome,
    clock::Now,
    policy::{Policy, check_name},
    rate::Rate,
    table::Table,
    window::Window,
};

/// One quota for each of many keys, in memory of a fixed size.
///
/// In a handler it answers whether *this* may be done by *that one* now:
///
/// ```
/// use secure_runtime::limit::{Key, Limiter};
///
/// let logins = Limiter::new("10 per hour".parse()?).with_name("logins")?;
///
/// let account = Key::user("alice");
/// for _ in 0..10 {
///     assert!(logins.check(account).is_ok());
/// }
/// let refused = logins.check(account).unwrap_err();
/// assert!(refused.retry_after().as_secs() > 3590);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Memory
///
/// There are 65,536 places unless [`with_places`](Self::with_places) says otherwise, of 40 bytes for a
/// window and 16 for a rate: 2.6 MB and 1 MB, taken when the limiter is made and never more. Where there
/// is no place for a key,
///
/// 1. one whose quota is whole again makes way for it;
/// 2. else the one that has used least of its quota, of 16 that share a set by keyed hash. What it has used
///    is forgotten. So a flood of fresh keys finds places and passes, and pushes out nothing but itself: a
///    key that has used *n* is forgotten only among keys that have all used *n*;
/// 3. a key that has used up its quota is never forgotten. When all 16 have, newcomers to that part of the
///    table share one quota.
///
/// # Security
///
/// Rule 3 is reached by a caller who uses up the whole quota of as many keys as there are places. Where keys
/// are free to invent (the account names of a login form), put a limit for each client before it, and take
/// more places than clients can use up. A quota of 1 is used up by one request, so there a flood of fresh
/// keys fills the table.
///
/// Check *before* the work that is to be limited, such as comparing a password: requests that come at the
/// same time would all pass a check that counts only afterwards.
pub struct Limiter {
    quota: Quota,
    policy: Policy,
    clock: Clock,
    table: Kind,
    /// By `check`; what a layer refuses it counts by its rules.
    refused: AtomicU64,
}

enum Kind {
    Window(Table<Window>),
    Rate(Table<Rate>),
}

/// Runs the same for either kind of table.
macro_rules! with_table {
    ($limiter:expr, $table:ident => $work:expr) => {
        match &$limiter.table {
            Kind::Window($table) => $work,
            Kind::Rate($table) => $work,
        }
    };
}

impl Limiter {
    /// How many places there are unless said otherwise.
    pub const DEFAULT_PLACES: usize = 65_536;
    /// The most places there can be: 2.6 GB of windows.
    pub const MAX_PLACES: usize = 1 << 26;

    /// Makes a limiter with room for 65,536 keys, called `default` until it has [a name](Self::with_name).
    #[must_use]
    pub fn new(quota: Quota) -> Self {
        let policy = Policy::new(Policy::UNNAMED, &quota);
        Self::sized(policy, quota, Self::DEFAULT_PLACES, Clock::system())
    }

    /// Gives the limiter a name, which clients see in `RateLimit`, and operators in the event of a refusal.
    ///
    /// # Errors
    ///
    /// Returns an error for a name of more than letters, digits, `.`, `-` and `_`.
    pub fn with_name(mut self, name: impl Into<Cow<'static, str>>) -> Result<Self, LimitError> {
        let name = name.into();
        check_name(&name).map_err(|problem| LimitError::new(vec![problem]))?;
        self.policy = Policy::new(name, &self.quota);
        Ok(self)
    }

    /// The same limiter, untouched, with room for at least this many keys: a power of two from 16 to
    /// [`MAX_PLACES`](Self::MAX_PLACES).
    #[must_use]
    pub fn with_places(self, places: usize) -> Self {
        Self::sized(self.policy, self.quota, places, self.clock)
    }

    /// The same limiter, untouched, on another clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        let places = self.places();
        Self::sized(self.policy, self.quota, places, clock)
    }

    pub(super) fn sized(policy: Policy, quota: Quota, places: usize, clock: Clock) -> Self {
        let places = places.min(Self::MAX_PLACES);
        Self {
            quota,
            policy,
            clock,
            table: match quota.burst() {
                None => Kind::Window(Table::new(Window::new(&quota), places)),
                Some(_) => Kind::Rate(Table::new(Rate::new(&quota), places)),
            },
            refused: AtomicU64::new(0),
        }
    }

    pub(super) const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The quota of each key.
    #[must_use]
    pub const fn quota(&self) -> Quota {
        self.quota
    }

    /// How many keys there is room for.
    #[must_use]
    pub fn places(&self) -> usize {
        with_table!(self, table => table.places())
    }

    /// Spends one of a key's quota.
    ///
    /// With the feature `events`, a refusal is also a security event: `excess_rate_limit_exceeded`.
    ///
    /// # Errors
    ///
    /// The quota is used up. Nothing is spent then: refused requests do not prolong the wait.
    #[inline]
    pub fn check(&self, key: Key) -> Result<Allowance, Refusal> {
        let outcome = self.spend(key, &self.clock.now());
        if !outcome.allowed {
            self.note_refused(key);
        }
        outcome.into_result(&self.policy)
    }

    #[cold]
    fn note_refused(&self, key: Key) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        #[cfg(feature = "events")]
        crate::events::limited(&crate::events::Context::new(), key, self.policy.name());
        #[cfg(not(feature = "events"))]
        let _ = key;
    }

    /// How many times [`check`](Self::check) has refused.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// What [`check`](Self::check) would find, without spending: [`remaining`](Allowance::remaining) counts
    /// the request that is asked for.
    ///
    /// # Errors
    ///
    /// The quota is used up.
    pub fn peek(&self, key: Key) -> Result<Allowance, Refusal> {
        self.look(key, &self.clock.now()).into_result(&self.policy)
    }

    /// The refusal of another that counts the same limit.
    #[cfg(feature = "valkey")]
    pub(crate) fn refusal(&self, wait: Duration) -> Refusal {
        Refusal::new(nanos(wait), &self.policy)
    }

    /// Spends one without an event: the server decides, or a layer has more to say.
    #[cfg(feature = "valkey")]
    pub(crate) fn check_quietly(&self, key: Key) -> Result<Allowance, Refusal> {
        self.spend(key, &self.clock.now()).into_result(&self.policy)
    }

    #[inline]
    pub(super) fn spend(&self, key: Key, now: &Now<'_>) -> Outcome {
        with_table!(self, table => table.spend(key.as_u64(), now))
    }

    #[inline]
    pub(super) fn look(&self, key: Key, now: &Now<'_>) -> Outcome {
        with_table!(self, table => table.peek(key.as_u64(), now))
    }

    /// Takes back what was spent at a moment.
    #[cold]
    pub(super) fn undo(&self, key: Key, at: u64) {
        with_table!(self, table => table.undo(key.as_u64(), at));
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("name", &self.policy.name())
            .field("quota", &format_args!("{}", self.quota))
            .field("places", &self.places())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{super::clock::Span, *};

    #[test]
    fn a_name_is_one_that_needs_no_escape() {
        let named = |name: &'static str| Limiter::new("1 per hour".parse().unwrap()).with_name(name);
        let limiter = named("pay-outs")
            .unwrap()
            .with_places(16)
            .with_clock(Clock::manual());
        assert!(limiter.check(Key::global()).is_ok());
        let refusal = limiter.check(Key::global()).unwrap_err();
        assert_eq!(refusal.limit(), "pay-outs");
        for name in ["", "a\"b", "a b", "ä"] {
            assert!(named(name).is_err(), "{name:?}");
        }
        let unnamed = Limiter::new("1 per hour".parse().unwrap());
        unnamed.check(Key::global()).unwrap();
        assert_eq!(unnamed.check(Key::global()).unwrap_err().limit(), "default");
    }

    /// Whatever the cheap clock says, as long as it is no later than it may be.
    #[test]
    fn a_late_clock_lets_no_more_through() {
        for (quota, period) in [
            ("10 per hour", 3600),
            ("100 per minute", 60),
            ("10 per 2 minutes", 120),
        ] {
            let clock = Clock::manual();
            let quota: Quota = quota.parse().unwrap();
            let limiter = Limiter::new(quota).with_places(16).with_clock(clock.clone());
            let (mut now, mut dice, mut passed) = (0_u64, 1_u64, Vec::new());
            for _ in 0..5_000 {
                dice = dice
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let wait = (dice >> 8) % (2 * period * 1_000_000_000 / u64::from(quota.count()));
                let wait = if dice >> 62 == 0 { 0 } else { wait };
                now += wait;
                clock.advance(Duration::from_nanos(wait));
                clock.set_lag((dice >> 20) % Span::SLACK);
                if limiter.check(Key::global()).is_ok() {
                    passed.push(now);
                }
            }
            assert!(passed.len() > 1_000);
            for window in passed.windows(quota.count() as usize + 1) {
                assert!(window[window.len() - 1] - window[0] > period * 1_000_000_000);
            }
        }
    }
}
