//! Why a parser of a service refuses a text, in a form that has no room for the text.

use std::any::Any;
use std::fmt;

/// Why a value is refused: fixed words, and the number of the item in a list.
///
/// A report shows the reason of a `#[secure(parse = …)]` function when it cannot quote the value: when the error is this, a `&'static str`,
/// or so small that no text fits into it, as the errors of `str::parse` are. Any other error is left out, unless the value itself may be
/// shown.
///
/// # Examples
///
/// ```
/// use secure_config::{SecureConfig, ValueError};
///
/// fn ports(text: &str) -> Result<Vec<u16>, ValueError> {
///     let port = |(index, port): (usize, &str)| {
///         port.trim().parse().map_err(|_| ValueError::new("is not a port").in_item(index + 1))
///     };
///     text.split(',').enumerate().map(port).collect()
/// }
///
/// #[derive(Debug, SecureConfig)]
/// struct Settings {
///     #[secure(parse = ports)]
///     ports: Vec<u16>,
/// }
///
/// let refused = Settings::loader().vars([("PORTS", "8080, hunter2")]).load().unwrap_err();
/// let problem = refused.problems().next().unwrap();
/// assert_eq!(problem.message(), "13 characters that are not valid, item 2: is not a port");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueError {
    reason: &'static str,
    item: Option<usize>,
}

impl ValueError {
    /// Creates an error with this reason, such as `is not a port`.
    #[must_use]
    pub const fn new(reason: &'static str) -> Self {
        Self { reason, item: None }
    }

    /// Names the item of a list that is meant; the first one is 1.
    #[must_use]
    pub const fn in_item(mut self, number: usize) -> Self {
        self.item = Some(number);
        self
    }
}

impl From<&'static str> for ValueError {
    fn from(reason: &'static str) -> Self {
        Self::new(reason)
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.item {
            Some(number) => write!(f, "item {number}: {}", self.reason),
            None => f.write_str(self.reason),
        }
    }
}

impl std::error::Error for ValueError {}

/// The text of an error that cannot quote what it is about.
pub(crate) fn fixed_reason<E: fmt::Display + 'static>(error: &E) -> Option<String> {
    /// A fieldless enum, or none of two: no text fits into it, and no way to one.
    const TINY: usize = 2;
    let any: &dyn Any = error;
    let is_fixed = any.is::<ValueError>()
        || any.is::<&'static str>()
        || (size_of::<E>() <= TINY && !std::mem::needs_drop::<E>());
    is_fixed.then(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_errors_without_room_for_a_text_are_shown() {
        assert_eq!(fixed_reason(&"is odd").as_deref(), Some("is odd"));
        assert!(fixed_reason(&"x".parse::<u8>().unwrap_err()).is_some());
        assert!(fixed_reason(&"x".parse::<std::net::IpAddr>().unwrap_err()).is_some());
        assert!(fixed_reason(&"x".parse::<f32>().unwrap_err()).is_some());
        assert!(fixed_reason(&"x".parse::<bool>().unwrap_err()).is_some());
        assert!(fixed_reason(&String::from("x")).is_none());
        assert!(fixed_reason(&Box::<str>::from("x")).is_none());
        assert!(fixed_reason(&'x').is_none(), "a character of it");
        assert!(fixed_reason(&std::borrow::Cow::Borrowed("x")).is_none());
    }
}
