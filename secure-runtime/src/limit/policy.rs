//! A quota under its name, as clients and the log see it.

use std::{borrow::Cow, sync::Arc};

use super::{Quota, fields};

/// The name of a limit, and what clients see of its quota. Clones are cheap: a refusal carries one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Policy(Arc<Named>);

#[derive(Debug, PartialEq, Eq)]
struct Named {
    name: Cow<'static, str>,
    /// As an item of `RateLimit-Policy`.
    item: String,
}

impl Policy {
    /// The name of a limit that has been given none.
    pub(super) const UNNAMED: &'static str = "default";

    /// The name must have been [checked](check_name).
    pub(super) fn new(name: impl Into<Cow<'static, str>>, quota: &Quota) -> Self {
        let name = name.into();
        let item = fields::policy(&name, quota);
        Self(Arc::new(Named { name, item }))
    }

    pub(super) fn name(&self) -> &str {
        &self.0.name
    }

    pub(super) fn item(&self) -> &str {
        &self.0.item
    }
}

/// Refuses a name that would have to be escaped in a header field.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if (1..=64).contains(&name.len()) && name.bytes().all(is_plain) {
        return Ok(());
    }
    Err(format!(
        "{:?} is not a name: use 1 to 64 letters, digits, `.`, `-` and `_`",
        name.chars().take(64).collect::<String>()
    ))
}
