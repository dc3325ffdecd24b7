//! The deployment checklist: each item can be broken alone, and what is told holds no secret.

#[cfg(unix)]
mod certificates;
#[cfg(unix)]
mod flips;
#[cfg(unix)]
mod output;
#[cfg(unix)]
mod own;
#[cfg(unix)]
mod policies;
#[cfg(unix)]
mod service;
#[cfg(unix)]
mod source;
