//! Reading and erasing the variables of the process.

#[cfg(target_os = "linux")]
mod block;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod index;

use std::ffi::OsString;

use zeroize::Zeroize;

use super::Locked;
use super::locked::Carried;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use index::Index;

/// The ending of a variable that names the file another variable's value stands in.
const FILE: &str = "_FILE";

/// The variables of this process as they stood when it was opened.
///
/// On Linux with glibc, while this thread is the only one, that is one pass over the environment block; the values
/// are borrowed from it. Elsewhere each look-up asks std, and the copies it makes are wiped.
pub(crate) struct Environment {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    index: Index,
}

/// The value of a variable: where it stands in the environment block, or a wiped copy.
pub(crate) enum Value<'a> {
    /// In the environment block of the process.
    #[cfg_attr(
        not(all(target_os = "linux", target_env = "gnu")),
        expect(dead_code, reason = "no platform but glibc lends its environment")
    )]
    Borrowed(&'a [u8]),
    /// A copy, wiped when dropped, or a secret that an earlier load erased from the environment and still carries.
    Owned(Locked),
}

/// Why the variables could not be erased; nothing was touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "each variant belongs to some platforms only")]
pub(crate) enum EraseError {
    /// The process has more than one thread.
    Threads,
    /// The threads cannot be counted: `/proc` is not there, or does not list them.
    Uncounted,
    /// Another load, further up on this stack, reads the same variables.
    Nested,
    /// This platform has no way to do it.
    Platform,
}

impl Environment {
    /// Opens the environment of this process.
    pub(crate) fn of_process() -> Self {
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        {
            // Filled where it will stay: an index is too large to be moved about.
            let mut environment = Self {
                index: Index::empty(),
            };
            environment.index.fill();
            environment
        }
        #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
        Self {}
    }

    /// The value of `name`, if it is set.
    pub(crate) fn get(&self, name: &str) -> Option<Value<'_>> {
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        if self.index.is_filled() {
            return match self.index.get(name.as_bytes()) {
                Some(bytes) => Some(Value::Borrowed(bytes)),
                None => carried(name),
            };
        }
        copied(name).or_else(|| carried(name))
    }

    /// The value of `name` where it stands, if it can be lent, is not empty, and no `name` + `_FILE` is set.
    ///
    /// That is how nearly every look-up ends; whatever else it is, the other look-ups tell.
    #[inline]
    pub(crate) fn get_alone(&self, name: &str) -> Option<&[u8]> {
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        if let (Some(value), None) = self.index.get_with_file(name.as_bytes()) {
            return (!value.is_empty()).then_some(value);
        }
        let _ = name;
        None
    }

    /// The values of `name` and of `name` + `_FILE`, in one look-up where the platform allows it.
    pub(crate) fn get_with_file(&self, name: &str) -> (Option<Value<'_>>, Option<Value<'_>>) {
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        if self.index.is_filled() {
            let (value, file) = self.index.get_with_file(name.as_bytes());
            let value = match value {
                Some(bytes) => Some(Value::Borrowed(bytes)),
                None => carried(name),
            };
            return (value, file.map(Value::Borrowed));
        }
        (self.get(name), copied(&[name, FILE].concat()))
    }

    /// Calls `visit` with every name that is set, in the order of the environment.
    pub(crate) fn for_each_name(&self, visit: &mut dyn FnMut(&[u8])) {
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        if self.index.is_filled() {
            self.index.names().for_each(visit);
            return;
        }
        for (name, value) in std::env::vars_os() {
            value.into_encoded_bytes().zeroize();
            visit(name.as_encoded_bytes());
        }
    }

    /// Overwrites the values of `names` in place and unsets them.
    ///
    /// What was loaded from them is carried on under its name if the loader said so with [`Locked::carry_as`].
    ///
    /// # Errors
    /// When that would not be sound; nothing is touched then.
    pub(crate) fn erase<S: AsRef<str>>(self, names: &[S]) -> Result<(), EraseError> {
        #[cfg(target_os = "linux")]
        {
            match super::process::threads() {
                Some(1) => {}
                Some(_) => return Err(EraseError::Threads),
                None => return Err(EraseError::Uncounted),
            }
            // Gives up its claim. What it lent is no longer borrowed: that borrows from `self`.
            {
                let _closed = self;
            }
            block::Alone::claim().ok_or(EraseError::Nested)?.erase(names);
            Ok(())
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = names;
            Err(EraseError::Platform)
        }
    }
}

/// Whether an earlier load erased the variable and its last holder was dropped: it cannot be read again.
pub(crate) fn was_erased(name: &str) -> bool {
    matches!(Locked::carried(name), Carried::Gone)
}

/// What std finds, kept in the arena; std's own copy is wiped.
fn copied(name: &str) -> Option<Value<'static>> {
    let mut bytes = std::env::var_os(name).map(OsString::into_encoded_bytes)?;
    let kept = Locked::copy_of(&bytes);
    bytes.zeroize();
    Some(Value::Owned(kept))
}

/// What an earlier load erased and a holder still has.
fn carried(name: &str) -> Option<Value<'static>> {
    match Locked::carried(name) {
        Carried::Here(locked) => Some(Value::Owned(locked)),
        Carried::Gone | Carried::Never => None,
    }
}

#[cfg(test)]
mod tests;
