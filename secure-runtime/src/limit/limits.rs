//! Puts rules together.

use std::{borrow::Cow, fmt};

use super::{
    Clock, Limiter,
    error::LimitError,
    fields::Fields,
    layer::LimitLayer,
    rule::{Matcher, Rule},
    settings::LimitSettings,
    shared::{Counted, Shared},
    template::Template,
};

/// Health checks are answered under attack, too.
const HEALTH: [&str; 3] = ["/health", "/health/live", "/health/ready"];

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

    /// No rules yet. The paths of health checks are exempt.
    pub fn new() -> Self {
        Self {
            rules: Vec::new(),
            exempt: HEALTH.map(Cow::Borrowed).into(),
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
    /// Every rule that cannot be: a name that stands twice or is more than letters, digits, `.`, `-` and
    /// `_`, a path that is no template, more than [`MAX_RULES`](Self::MAX_RULES) rules.
    pub fn build(self) -> Result<LimitLayer, LimitError> {
        let mut problems = Vec::new();
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
            if !is_name(&name) {
                problems.push(format!(
                    "{:?} is no name: 1 to 64 letters, digits, `.`, `-` and `_`",
                    name.chars().take(64).collect::<String>()
                ));
            } else if rules.iter().any(|known: &Counted| known.name == name) {
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
                name,
                rule.scope,
                Matcher {
                    method: rule.method,
                    path,
                },
                Limiter::sized(rule.quota, rule.places, self.clock.clone()),
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
    fn default() -> Self {
        Self::new()
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

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}
