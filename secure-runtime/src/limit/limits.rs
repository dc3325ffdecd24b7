//! Puts rules together.

use std::{borrow::Cow, fmt};

use super::{
    Clock, Limiter,
    error::LimitError,
    fields::Fields,
    layer::LimitLayer,
    policy::{Policy, check_name},
    rule::{Matcher, Rule},
    settings::LimitSettings,
    shared::{Counted, Shared},
    template::Template,
};
use crate::probe;

/// The rules of a [`LimitLayer`]; see the [module](super).
#[derive(Clone)]
#[must_use]
pub struct Limits {
    rules: Vec<Rule>,
    exempt: Vec<Cow<'static, str>>,
    fields: Fields,
    clock: Clock,
}

impl Limits {
    /// The most rules.
    pub const MAX_RULES: usize = 16;

    /// Starts without a rule; [`build`](Self::build) refuses to make a layer that limits nothing. The paths of health checks are exempt.
    pub fn new() -> Self {
        Self {
            rules: Vec::new(),
            exempt: probe::PATHS.map(Cow::Borrowed).into(),
            fields: Fields::default(),
            clock: Clock::system(),
        }
    }

    /// Adds a rule. A request must pass every rule that counts it.
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Sets the paths that are not limited at all, in place of `/health`, `/health/live` and
    /// `/health/ready`.
    ///
    /// They must match to the letter: what is almost one of them is limited.
    pub fn exempt<I>(mut self, paths: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<Cow<'static, str>>,
    {
        self.exempt = paths.into_iter().map(Into::into).collect();
        self
    }

    /// Sets when clients are told what is left.
    pub fn fields(mut self, fields: Fields) -> Self {
        self.fields = fields;
        self
    }

    /// Counts on another clock, for tests.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Checks the rules.
    ///
    /// # Errors
    ///
    /// Returns every problem: no rule at all, more than [`MAX_RULES`](Self::MAX_RULES), a name that is used twice or has more than
    /// letters, digits, `.`, `-` and `_`, a path that is not a template.
    pub fn build(self) -> Result<LimitLayer, LimitError> {
        let mut problems = Vec::new();
        if self.rules.is_empty() {
            problems.push(
                "there is no rule, so nothing would be limited: add one, or leave the layer out".to_owned(),
            );
        }
        if self.rules.len() > Self::MAX_RULES {
            problems.push(format!(
                "{} rules are more than {}",
                self.rules.len(),
                Self::MAX_RULES
            ));
        }
        let mut rules = Vec::with_capacity(self.rules.len());
        for rule in self.rules {
            let name = rule.name;
            if let Err(problem) = check_name(&name) {
                problems.push(problem);
            } else if rules.iter().any(|known: &Counted| known.name() == name) {
                problems.push(format!("{name}: two rules have this name"));
            }
            let path = match rule.path.as_deref().map(Template::parse).transpose() {
                Ok(path) => path,
                Err(reason) => {
                    problems.push(format!("{name}: {reason}"));
                    None
                }
            };
            if rule.places > Limiter::MAX_PLACES {
                problems.push(format!("{name}: more than {} places", Limiter::MAX_PLACES));
                continue;
            }
            rules.push(Counted::new(
                rule.scope,
                Matcher {
                    method: rule.method,
                    path,
                },
                Limiter::sized(
                    Policy::new(name, &rule.quota),
                    rule.quota,
                    rule.places,
                    self.clock.clone(),
                ),
            ));
        }
        if problems.is_empty() {
            Ok(LimitLayer::new(Shared::new(
                rules,
                self.exempt,
                self.fields,
                self.clock,
            )))
        } else {
            Err(LimitError::new(problems))
        }
    }
}

impl Default for Limits {
    /// The rules of the default [`LimitSettings`]: 50 requests a second for each client, with bursts of 200.
    fn default() -> Self {
        Self::from(&LimitSettings::default())
    }
}

impl From<&LimitSettings> for Limits {
    /// The rules that an operator has set: `global` and `client`.
    fn from(settings: &LimitSettings) -> Self {
        let mut limits = Self::new();
        if let Some(quota) = settings.global {
            limits = limits.rule(Rule::global("global", quota));
        }
        limits.rule(Rule::per_client("client", settings.client).places(settings.max_keys))
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits")
            .field("rules", &self.rules)
            .field("exempt", &self.exempt)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_limits_clients_and_nothing_limits_nothing() {
        let layer = Limits::default().build().unwrap();
        assert!(layer.counts_everything());
        assert_eq!(layer.refused().collect::<Vec<_>>(), [("client", 0)]);
        let refused = Limits::new().build().unwrap_err();
        assert!(refused.to_string().starts_with("there is no rule"), "{refused}");
    }
}
