//! A connection's place behind the gate.

use std::fmt;
#[cfg(feature = "proxy-protocol")]
use std::net::IpAddr;
use std::sync::Arc;

use super::client::ClientKey;
use super::{Gate, State};

/// A connection's place; given back when dropped.
pub(in crate::server) struct Permit {
    pub(super) gate: Arc<Gate>,
    pub(super) slot: usize,
    pub(super) client: Option<ClientKey>,
}

#[cfg(feature = "proxy-protocol")]
impl Permit {
    /// Counts the connection for the client that a proxy hands on; false if that one has too many.
    pub(in crate::server) fn belongs_to(&mut self, ip: IpAddr) -> bool {
        let Some(client) = self.gate.client_of(ip) else {
            return true;
        };
        let gate = Arc::clone(&self.gate);
        let mut state = gate.state();
        let count = state.clients.entry(client).or_default();
        let fits = *count < gate.per_client;
        if fits {
            *count += 1;
            self.client = Some(client);
        }
        fits
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.leave(self.slot);
        if let Some(client) = self.client {
            if let Some(count) = state.clients.get_mut(&client) {
                *count -= 1;
                if *count == 0 {
                    state.clients.remove(&client);
                }
            }
        }
        if state.served.count + state.overflow.count == 0 {
            // The memory of a flood is given back once it is over.
            *state = State::default();
            self.gate.emptied.notify_waiters();
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("slot", &self.slot)
            .finish_non_exhaustive()
    }
}
