//! What the server refused, until when: so that it is not asked in vain.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// How many refusals are kept. A newer one takes the place of another that falls on the same.
const PLACES: usize = 4096;

/// Refusals of the server. Forgetting one costs a question, no more.
pub(super) struct Gate {
    places: Box<[Mutex<Place>]>,
}

#[derive(Clone, Copy, Default)]
struct Place {
    digest: [u8; 16],
    until: Option<Instant>,
}

impl Gate {
    pub(super) fn new() -> Self {
        Self {
            places: std::iter::repeat_with(Mutex::default).take(PLACES).collect(),
        }
    }

    /// How long the server will refuse this one.
    pub(super) fn wait(&self, digest: &[u8; 16]) -> Option<Duration> {
        let place = *self.place(digest).lock().unwrap_or_else(PoisonError::into_inner);
        if place.digest != *digest {
            return None;
        }
        let wait = place.until?.saturating_duration_since(Instant::now());
        (!wait.is_zero()).then_some(wait)
    }

    /// The server refused this one, for so long: nothing but time shortens that.
    pub(super) fn close(&self, digest: &[u8; 16], wait: Duration) {
        let mut place = self.place(digest).lock().unwrap_or_else(PoisonError::into_inner);
        *place = Place {
            digest: *digest,
            until: Instant::now().checked_add(wait),
        };
    }

    fn place(&self, digest: &[u8; 16]) -> &Mutex<Place> {
        let number = usize::from(digest[14]) << 8 | usize::from(digest[15]);
        &self.places[number % PLACES]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_lasts_as_long_as_it_was_said_and_is_nobody_elses() {
        let gate = Gate::new();
        let (one, mut other) = ([1; 16], [1; 16]);
        other[0] = 2;
        gate.close(&one, Duration::from_secs(60));
        assert!(gate.wait(&one).is_some_and(|wait| wait > Duration::from_secs(50)));
        assert!(gate.wait(&other).is_none(), "they share a place");
        gate.close(&other, Duration::ZERO);
        assert!(gate.wait(&other).is_none() && gate.wait(&one).is_none());
    }
}
