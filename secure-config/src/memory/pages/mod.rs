//! Whole pages for secrets, by the best means of the platform.

#[cfg(any(miri, not(target_os = "linux")))]
mod heap;
#[cfg(all(target_os = "linux", not(miri)))]
mod linux;

#[cfg(any(miri, not(target_os = "linux")))]
pub(super) use heap::Pages;
#[cfg(all(target_os = "linux", not(miri)))]
pub(super) use linux::Pages;
