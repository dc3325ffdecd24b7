//! Reading and erasing the variables of the process.

use super::Locked;

/// The variables of this process as they stood when it was opened.
pub(crate) struct Environment(());

/// The value of a variable: where it stands in the environment block, or a wiped copy.
pub(crate) enum Value<'a> {
    /// In the environment block of the process.
    #[allow(dead_code, reason = "the interim reader copies")]
    Borrowed(&'a [u8]),
    /// A copy, wiped when dropped.
    Owned(Locked),
}

/// Why the variables could not be erased; nothing was touched.
#[derive(Debug)]
pub(crate) enum EraseError {
    /// The process has more than one thread.
    Threads,
    /// This platform has no way to do it.
    Platform,
}

impl Environment {
    /// Opens the environment of this process.
    pub(crate) fn of_process() -> Self {
        Self(())
    }

    /// The value of `name`, if it is set.
    pub(crate) fn get(&self, name: &str) -> Option<Value<'_>> {
        let mut bytes = std::env::var_os(name)?.into_encoded_bytes();
        let kept = Locked::copy_of(&bytes);
        zeroize::Zeroize::zeroize(&mut bytes);
        Some(Value::Owned(kept))
    }

    /// Calls `visit` with every name that is set.
    pub(crate) fn for_each_name(&self, visit: &mut dyn FnMut(&[u8])) {
        for (name, value) in std::env::vars_os() {
            zeroize::Zeroize::zeroize(&mut value.into_encoded_bytes());
            visit(name.as_encoded_bytes());
        }
    }

    /// Overwrites the values of `names` in place and unsets them.
    ///
    /// # Errors
    /// When that would not be sound; nothing is touched then.
    pub(crate) fn erase(self, names: &[String]) -> Result<(), EraseError> {
        let _ = names;
        Err(if super::is_single_threaded() {
            EraseError::Platform
        } else {
            EraseError::Threads
        })
    }
}
