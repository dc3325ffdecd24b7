//! The variables: those of the process, or those a program hands in.

use std::ffi::OsString;
use std::sync::Arc;

use zeroize::Zeroize;

use crate::memory::{Environment, EraseError, Locked};
use crate::raw::Bytes;
use crate::schema::collide::FILE_SUFFIX;

/// Variables that a program handed in, for as many loads as it likes.
pub(crate) type Given = Arc<[(String, Locked)]>;

/// The variables that a load reads.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one of them, and on the stack it costs no allocation"
)]
pub(crate) enum Variables {
    /// Those of this process.
    Process(Environment),
    /// Those the program handed in; the process environment is not looked at.
    Given(Given),
}

impl Variables {
    /// Keeps `pairs` in place of the environment; the originals are wiped. Of two with one name the last counts.
    pub(crate) fn given(pairs: impl IntoIterator<Item = (String, OsString)>) -> Given {
        let keep = |(name, value): (String, OsString)| {
            let mut bytes = value.into_encoded_bytes();
            let kept = Locked::copy_of(&bytes);
            bytes.zeroize();
            (name, kept)
        };
        pairs.into_iter().map(keep).collect()
    }

    /// The value of `name`. An empty one counts as set here.
    pub(crate) fn get(&self, name: &str) -> Option<Bytes<'_>> {
        match self {
            Self::Process(environment) => environment.get(name).map(Bytes::from),
            Self::Given(pairs) => given(pairs, |given| given == name),
        }
    }

    /// The value of `name`, if it is at hand, not empty, and there is no `name` + `_FILE`.
    #[inline]
    pub(crate) fn get_alone(&self, name: &str) -> Option<Bytes<'_>> {
        match self {
            Self::Process(environment) => environment.get_alone(name).map(Bytes::Borrowed),
            Self::Given(_) => match self.get_with_file(name) {
                (Some(value), None) if !value.as_slice().is_empty() => Some(value),
                _ => None,
            },
        }
    }

    /// The values of `name` and of `name` + `_FILE`.
    pub(crate) fn get_with_file(&self, name: &str) -> (Option<Bytes<'_>>, Option<Bytes<'_>>) {
        match self {
            Self::Process(environment) => {
                let (value, file) = environment.get_with_file(name);
                (value.map(Bytes::from), file.map(Bytes::from))
            }
            Self::Given(pairs) => {
                let is_file = |given: &str| given.strip_prefix(name) == Some(FILE_SUFFIX);
                (given(pairs, |given| given == name), given(pairs, is_file))
            }
        }
    }

    /// Calls `visit` with every name that is set and UTF-8.
    pub(crate) fn for_each_name(&self, visit: &mut dyn FnMut(&str)) {
        match self {
            Self::Process(environment) => environment.for_each_name(&mut |name| {
                if let Ok(name) = std::str::from_utf8(name) {
                    visit(name);
                }
            }),
            Self::Given(pairs) => pairs.iter().for_each(|(name, _)| visit(name)),
        }
    }

    /// Overwrites the values of `names` in the environment of the process; what was handed in is wiped anyway.
    pub(crate) fn erase(self, names: &[String]) -> Result<(), EraseError> {
        match self {
            Self::Process(environment) => environment.erase(names),
            Self::Given(_) => Ok(()),
        }
    }
}

/// The last of the pairs whose name `is` it.
fn given(pairs: &[(String, Locked)], is: impl Fn(&str) -> bool) -> Option<Bytes<'_>> {
    pairs
        .iter()
        .rev()
        .find(|(name, _)| is(name))
        .map(|(_, value)| Bytes::Borrowed(value.as_bytes()))
}
