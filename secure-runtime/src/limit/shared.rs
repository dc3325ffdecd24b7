//! Decides on requests.

use std::{
    borrow::Cow,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use http::{Extensions, HeaderMap, HeaderValue, Request, header::Entry};

use super::{
    Clock, Key, Limiter,
    algorithm::Outcome,
    clock::Now,
    fields::{self, Fields, RATE_LIMIT, RATE_LIMIT_POLICY},
    limits::Limits,
    rule::{Matcher, Scope, UserKey},
    template::Template,
};
use crate::{
    client::{Client, UnknownPeer},
    route::Route,
};

/// A rule with what it has counted.
pub(super) struct Counted {
    scope: Scope,
    matcher: Matcher,
    limiter: Limiter,
    refused: AtomicU64,
}

impl Counted {
    pub(super) fn new(scope: Scope, matcher: Matcher, limiter: Limiter) -> Self {
        Self {
            scope,
            matcher,
            limiter,
            refused: AtomicU64::new(0),
        }
    }

    pub(super) fn name(&self) -> &str {
        self.limiter.policy().name()
    }

    /// What clients see of its quota.
    fn policy(&self) -> &str {
        self.limiter.policy().item()
    }

    pub(super) const fn counts_everything(&self) -> bool {
        self.matcher.is_for_all()
    }

    /// The template of the paths that it is for.
    pub(super) fn path(&self) -> Option<&str> {
        self.matcher.path.as_ref().map(Template::as_str)
    }

    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

/// The rules of a layer.
pub(super) struct Shared {
    pub(super) rules: Box<[Counted]>,
    exempt: Box<[Cow<'static, str>]>,
    fields: Fields,
    clock: Clock,
    unknown: UnknownPeer,
}

/// What comes of clients without an address.
pub(crate) const SHARED_LIMIT: &str = "all such clients share one limit";

/// What is to be done with a request.
pub(super) enum Verdict {
    /// Let it through; its client is told this.
    Pass(Option<Box<Told>>),
    /// Answer it.
    Refuse(Refused),
}

/// What a client is told with the response of its request.
#[derive(Debug)]
pub(crate) struct Told {
    policy: HeaderValue,
    limit: HeaderValue,
}

impl Told {
    pub(super) fn new(policies: String, limits: String) -> Option<Box<Self>> {
        Some(Box::new(Self {
            policy: fields::value(policies)?,
            limit: fields::value(limits)?,
        }))
    }

    /// Adds the fields, unless a layer below has said more. A response with more headers than a map can hold goes without.
    pub(crate) fn add_to(self, headers: &mut HeaderMap) {
        for (name, value) in [(&RATE_LIMIT, self.limit), (&RATE_LIMIT_POLICY, self.policy)] {
            if let Ok(Entry::Vacant(entry)) = headers.try_entry(name) {
                let _ = entry.try_insert(value);
            }
        }
    }
}

/// Which rules refuse a request, and for how long.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) retry_after: Duration,
    pub(super) rules: u32,
    pub(super) told: Option<Box<Told>>,
}

/// The keys of a request, made when a rule needs them.
struct Keys<'a> {
    extensions: &'a Extensions,
    known: Option<Client>,
    client: Option<Key>,
    unknown: &'a UnknownPeer,
}

impl Keys<'_> {
    fn of(&mut self, scope: Scope) -> Key {
        match scope {
            Scope::Global => Key::global(),
            Scope::Client => self.client(),
            Scope::User => match self.extensions.get::<UserKey>() {
                Some(user) => user.key(),
                None => self.client(),
            },
        }
    }

    fn client(&mut self) -> Key {
        *self.client.get_or_insert_with(|| {
            let client = self.known.unwrap_or_else(|| Client::of(self.extensions));
            if client.ip().is_none() {
                self.unknown.warn(self.extensions, SHARED_LIMIT);
            }
            Key::client(client.key())
        })
    }
}

/// What became of each rule. Those that do not count the request have an outcome that says nothing.
type Outcomes = [Option<Outcome>; Limits::MAX_RULES];

impl Shared {
    pub(super) fn new(
        rules: Vec<Counted>,
        exempt: Vec<Cow<'static, str>>,
        fields: Fields,
        clock: Clock,
    ) -> Self {
        Self {
            rules: rules.into(),
            exempt: exempt.into(),
            fields,
            clock,
            unknown: UnknownPeer::default(),
        }
    }

    /// Spends one of each rule that counts a request, or nothing of any; whose request it is, is found out if the caller does not know.
    pub(super) fn decide<B>(&self, request: &Request<B>, client: Option<Client>) -> Verdict {
        let path = request.uri().path();
        if self.exempt.iter().any(|exempt| exempt == path) {
            return Verdict::Pass(None);
        }
        let mut keys = Keys {
            extensions: request.extensions(),
            known: client,
            client: None,
            unknown: &self.unknown,
        };
        let mut counting = 0_u32;
        for (n, rule) in self.rules.iter().enumerate() {
            if rule.matcher.matches(request.method(), path, request.extensions()) {
                counting |= 1 << n;
            }
        }
        if counting == 0 {
            return Verdict::Pass(None);
        }
        let now = self.clock.at(Route::arrived(request.extensions()));
        let mut outcomes = [None; Limits::MAX_RULES];
        // One rule alone is as good as asked by spending.
        let passes = (counting.is_power_of_two() || self.look(counting, &mut keys, &now, &mut outcomes))
            && self.spend(counting, &mut keys, &now, &mut outcomes);
        if !passes {
            return Verdict::Refuse(self.refuse(&outcomes));
        }
        Verdict::Pass(match self.fields {
            Fields::Always => self.tell_tightest(&outcomes),
            Fields::WhenLow if self.is_low(&outcomes) => self.tell_tightest(&outcomes),
            Fields::WhenLow | Fields::WhenRefused | Fields::Never => None,
        })
    }

    /// Whether every rule would let the request through.
    fn look(&self, counting: u32, keys: &mut Keys<'_>, now: &Now<'_>, outcomes: &mut Outcomes) -> bool {
        let mut allowed = true;
        for (n, rule) in self.counting(counting) {
            let outcome = rule.limiter.look(keys.of(rule.scope), now);
            allowed &= outcome.allowed;
            outcomes[n] = Some(outcome);
        }
        allowed
    }

    /// Spends one of every rule. If another request was faster somewhere, takes back what was spent.
    fn spend(&self, counting: u32, keys: &mut Keys<'_>, now: &Now<'_>, outcomes: &mut Outcomes) -> bool {
        for (n, rule) in self.counting(counting) {
            let outcome = rule.limiter.spend(keys.of(rule.scope), now);
            outcomes[n] = Some(outcome);
            if !outcome.allowed {
                self.undo(counting & ((1 << n) - 1), keys, outcomes);
                return false;
            }
        }
        true
    }

    #[cold]
    fn undo(&self, counting: u32, keys: &mut Keys<'_>, outcomes: &Outcomes) {
        for (n, rule) in self.counting(counting) {
            if let Some(outcome) = outcomes[n] {
                rule.limiter.undo(keys.of(rule.scope), outcome.at);
            }
        }
    }

    fn counting(&self, counting: u32) -> impl Iterator<Item = (usize, &Counted)> {
        self.rules
            .iter()
            .enumerate()
            .filter(move |(n, _)| counting >> n & 1 == 1)
    }

    fn decided<'a>(
        &'a self,
        outcomes: &'a Outcomes,
    ) -> impl Iterator<Item = (usize, &'a Counted, &'a Outcome)> {
        self.rules
            .iter()
            .zip(outcomes)
            .enumerate()
            .filter_map(|(n, (rule, outcome))| Some((n, rule, outcome.as_ref()?)))
    }

    #[cold]
    fn refuse(&self, outcomes: &Outcomes) -> Refused {
        let mut refused = Refused {
            retry_after: Duration::ZERO,
            rules: 0,
            told: None,
        };
        let (mut policies, mut limits) = (String::new(), String::new());
        for (n, rule, outcome) in self.decided(outcomes).filter(|(.., outcome)| !outcome.allowed) {
            rule.refused.fetch_add(1, Ordering::Relaxed);
            refused.rules |= 1 << n;
            refused.retry_after = refused.retry_after.max(Duration::from_nanos(outcome.more_in));
            if !limits.is_empty() {
                limits.push_str(", ");
                policies.push_str(", ");
            }
            outcome.tell(&mut limits, rule.name());
            policies.push_str(rule.policy());
        }
        if self.fields != Fields::Never {
            refused.told = Told::new(policies, limits);
        }
        refused
    }

    /// Whether less than half of a quota is left that clients are told of.
    #[inline]
    fn is_low(&self, outcomes: &Outcomes) -> bool {
        self.decided(outcomes).any(|(_, rule, outcome)| {
            let capacity = u64::from(rule.limiter.quota().capacity());
            rule.scope != Scope::Global && u64::from(outcome.remaining) * 2 < capacity
        })
    }

    /// What is left of the quota of which the least is left.
    #[inline(never)]
    fn tell_tightest(&self, outcomes: &Outcomes) -> Option<Box<Told>> {
        let own = || {
            self.decided(outcomes)
                .filter(|(_, rule, _)| rule.scope != Scope::Global)
        };
        let (_, rule, outcome) = own().min_by(|(_, a, left), (_, b, right)| {
            // left / a < right / b, without division.
            let left = u64::from(left.remaining) * u64::from(b.limiter.quota().capacity());
            left.cmp(&(u64::from(right.remaining) * u64::from(a.limiter.quota().capacity())))
        })?;
        let mut limit = String::with_capacity(rule.name().len() + 32);
        outcome.tell(&mut limit, rule.name());
        let mut policies = String::with_capacity(64);
        for (n, (_, rule, _)) in own().enumerate() {
            if n > 0 {
                policies.push_str(", ");
            }
            policies.push_str(rule.policy());
        }
        Told::new(policies, limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(name: &'static str, scope: Scope, quota: &str, clock: &Clock) -> Counted {
        let limiter = Limiter::new(quota.parse().unwrap())
            .with_name(name)
            .unwrap()
            .with_clock(clock.clone());
        let matcher = Matcher {
            method: None,
            path: None,
        };
        Counted::new(scope, matcher, limiter)
    }

    #[test]
    fn who_loses_a_race_gets_back_what_he_has_spent() {
        for quota in ["10 per hour", "100 per hour", "10/h burst 10"] {
            let clock = Clock::manual();
            let rules = vec![
                counted("all", Scope::Global, quota, &clock),
                counted("client", Scope::Client, "1 per hour", &clock),
            ];
            let shared = Shared::new(rules, Vec::new(), Fields::Never, clock.clone());
            let request = Request::new(());
            let mut keys = Keys {
                extensions: request.extensions(),
                known: None,
                client: None,
                unknown: &shared.unknown,
            };
            let (now, mut outcomes) = (clock.now(), [None; Limits::MAX_RULES]);

            assert!(shared.look(0b11, &mut keys, &now, &mut outcomes));
            // Another request of the same client comes in between.
            assert!(matches!(shared.decide(&request, None), Verdict::Pass(_)));
            assert!(!shared.spend(0b11, &mut keys, &now, &mut outcomes));

            let all = &shared.rules[0].limiter;
            let left = all.peek(Key::global()).map(|allowance| allowance.remaining());
            assert_eq!(left, Ok(all.quota().capacity() - 1), "{quota}");
        }
    }
}
