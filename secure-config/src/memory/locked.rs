//! The buffer every secret stands in.

use std::str::Utf8Error;

use zeroize::Zeroize;

/// Bytes that are wiped when dropped and never move while they live.
pub(crate) struct Locked(Box<[u8]>);

impl Locked {
    /// A copy of `bytes`: the one copy this process keeps.
    pub(crate) fn copy_of(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// At most `capacity` zeroed bytes, which `fill` writes in place; it returns how many of them count.
    ///
    /// # Errors
    /// What `fill` returned; the buffer is wiped then.
    pub(crate) fn filled<E>(
        capacity: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<Self, E> {
        let mut bytes = vec![0; capacity].into_boxed_slice();
        match fill(&mut bytes) {
            Ok(used) if used == capacity => Ok(Self(bytes)),
            Ok(used) => {
                let kept = Self::copy_of(&bytes[..used]);
                bytes.zeroize();
                Ok(kept)
            }
            Err(error) => {
                bytes.zeroize();
                Err(error)
            }
        }
    }

    /// The same bytes, after `edit` has changed them in place.
    pub(crate) fn edited(mut self, edit: impl FnOnce(&mut [u8])) -> Self {
        edit(&mut self.0);
        self
    }

    /// The bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// [`Locked`] bytes that are UTF-8.
pub(crate) struct LockedText(Locked);

impl LockedText {
    /// Checks `bytes` once, so that reading them costs nothing.
    ///
    /// # Errors
    /// When `bytes` is not UTF-8; the bytes are wiped then.
    pub(crate) fn new(bytes: Locked) -> Result<Self, Utf8Error> {
        std::str::from_utf8(bytes.as_bytes())?;
        Ok(Self(bytes))
    }

    /// A copy of `text`.
    pub(crate) fn copy_of(text: &str) -> Self {
        Self(Locked::copy_of(text.as_bytes()))
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(self.0.as_bytes()).unwrap_or_default()
    }
}
