//! How many connections there may be: in all, and of one client.
//!
//! 1. A client (an IPv4 address or an IPv6 /64) has at most `per_client` connections, unless it is exempt.
//! 2. Up to `max` connections are served.
//! 3. At `max`, a newcomer takes the place of the connection that has been quiet longest among a sample: one that idles
//!    between requests, or has not finished its first header. Clients must expect an idle connection to be closed
//!    (RFC 9112 §9.5), so slow and idle attackers make room for clients with something to ask.
//! 4. If every sampled connection is at work, `reserved` more are let in for health checks only.
//! 5. What comes beyond that is closed unanswered.

mod client;
mod descriptors;
mod permit;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use self::client::ClientKey;
pub(super) use self::client::is_private;
pub(super) use self::descriptors::clamp_to_descriptors;
pub(super) use self::permit::Permit;
use super::clock::Millis;
use super::conn::watch::{Order, Watch};

/// How many quiet connections are compared for the one to close.
const SAMPLE: usize = 64;

/// How many connections are looked at to find them.
const LOOK: usize = 1024;

/// How long a connection must have been quiet to be closed in favour of another: time to send a header on a slow line.
const SETTLED: Millis = 500;

/// Whether an address may have any number of connections.
pub(super) type Exempt = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// Counts the connections of a listener.
pub(super) struct Gate {
    max: usize,
    reserved: usize,
    per_client: usize,
    exempt: Exempt,
    state: Mutex<State>,
    emptied: Notify,
}

#[derive(Debug, Default)]
struct State {
    slots: Vec<Option<Slot>>,
    free: Vec<usize>,
    cursor: usize,
    served: Pool,
    overflow: Pool,
    clients: HashMap<ClientKey, usize>,
}

#[derive(Debug)]
struct Slot {
    watch: Arc<Watch>,
    overflow: bool,
    /// Told to close in favour of a newcomer, which counts in its place already.
    leaving: bool,
}

#[derive(Debug, Default)]
struct Pool {
    count: usize,
    leaving: usize,
}

/// Whether a connection may come in.
#[derive(Debug)]
pub(super) enum Admission {
    /// Yes; `evicted` says that another was closed for it.
    Full { permit: Permit, evicted: bool },
    /// For health checks only: the listener is full.
    HealthOnly(Permit),
    /// The listener and its reserve are full.
    Crowded,
    /// The client has too many.
    Greedy,
}

impl Gate {
    pub(super) fn new(max: usize, reserved: usize, per_client: usize, exempt: Exempt) -> Arc<Self> {
        Arc::new(Self {
            max,
            reserved,
            per_client,
            exempt,
            state: Mutex::new(State::default()),
            emptied: Notify::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock; if it did, the counts would still be counts.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection in, or says why not.
    pub(super) fn admit(self: &Arc<Self>, watch: &Arc<Watch>, now: Millis) -> Admission {
        let client = watch
            .connection()
            .peer()
            .and_then(|peer| self.client_of(peer.ip()));
        self.admit_as(client, watch, now)
    }

    /// The same for a proxy's connection, whose client is not known yet ([`Permit::belongs_to`]).
    #[cfg(feature = "proxy-protocol")]
    pub(super) fn admit_proxy(self: &Arc<Self>, watch: &Arc<Watch>, now: Millis) -> Admission {
        self.admit_as(None, watch, now)
    }

    /// Whom the connections of an address count for, if it is not exempt.
    fn client_of(&self, ip: IpAddr) -> Option<ClientKey> {
        (self.per_client > 0 && !(self.exempt)(ip)).then(|| ClientKey::of(ip))
    }

    fn admit_as(self: &Arc<Self>, client: Option<ClientKey>, watch: &Arc<Watch>, now: Millis) -> Admission {
        let mut state = self.state();
        if let Some(client) = client {
            if state
                .clients
                .get(&client)
                .is_some_and(|count| *count >= self.per_client)
            {
                return Admission::Greedy;
            }
        }
        let (overflow, victim) = match state.room(self.max, false, now) {
            Room::Free => (false, None),
            Room::InPlaceOf(victim) => (false, Some(victim)),
            Room::None => match state.room(self.reserved, true, now) {
                Room::Free => (true, None),
                Room::InPlaceOf(victim) => (true, Some(victim)),
                Room::None => return Admission::Crowded,
            },
        };
        let permit = Permit {
            gate: Arc::clone(self),
            slot: state.enter(watch, overflow),
            client,
        };
        if let Some(client) = client {
            *state.clients.entry(client).or_default() += 1;
        }
        drop(state);
        let evicted = victim.is_some();
        if let Some(victim) = victim {
            victim.give(Order::Close);
        }
        if overflow {
            Admission::HealthOnly(permit)
        } else {
            Admission::Full { permit, evicted }
        }
    }

    /// Closes a quiet connection, if there is one.
    pub(super) fn shed(&self, now: Millis) {
        let room = self.state().room(0, false, now);
        if let Room::InPlaceOf(victim) = room {
            victim.give(Order::Close);
        }
    }

    /// Gives an order to every connection.
    pub(super) fn order_all(&self, order: Order) {
        // Wakers are foreign code: they run without the lock.
        let all: Vec<Arc<Watch>> = self
            .state()
            .slots
            .iter()
            .flatten()
            .map(|slot| Arc::clone(&slot.watch))
            .collect();
        for watch in all {
            watch.give(order);
        }
    }

    /// How many connections there are.
    pub(super) fn count(&self) -> usize {
        let state = self.state();
        state.served.count + state.overflow.count
    }

    /// Waits until there is none.
    pub(super) async fn empty(&self) {
        loop {
            // Before the count, so that the last one to leave between both is not missed.
            let emptied = self.emptied.notified();
            if self.count() == 0 {
                return;
            }
            emptied.await;
        }
    }
}

enum Room {
    Free,
    InPlaceOf(Arc<Watch>),
    None,
}

impl State {
    fn pool(&mut self, overflow: bool) -> &mut Pool {
        if overflow {
            &mut self.overflow
        } else {
            &mut self.served
        }
    }

    fn enter(&mut self, watch: &Arc<Watch>, overflow: bool) -> usize {
        self.pool(overflow).count += 1;
        let slot = Some(Slot {
            watch: Arc::clone(watch),
            overflow,
            leaving: false,
        });
        if let Some(index) = self.free.pop() {
            self.slots[index] = slot;
            return index;
        }
        self.slots.push(slot);
        self.slots.len() - 1
    }

    fn leave(&mut self, index: usize) {
        if let Some(slot) = self.slots.get_mut(index).and_then(Option::take) {
            self.free.push(index);
            let pool = self.pool(slot.overflow);
            pool.count -= 1;
            pool.leaving -= usize::from(slot.leaving);
        }
    }

    /// Finds room in a pool of `max`, if need be in place of the longest quiet connection of a sample.
    fn room(&mut self, max: usize, overflow: bool, now: Millis) -> Room {
        let pool = self.pool(overflow);
        if pool.count.saturating_sub(pool.leaving) < max {
            return Room::Free;
        }
        let slots = self.slots.len();
        let mut longest: Option<(u64, usize)> = None;
        let mut compared = 0;
        let mut looked = 0;
        while looked < slots.min(LOOK) && compared < SAMPLE {
            let index = (self.cursor + looked) % slots;
            looked += 1;
            let Some(slot) = &self.slots[index] else { continue };
            if slot.overflow != overflow || slot.leaving {
                continue;
            }
            let Some(quiet) = slot.watch.quiet_for(now) else {
                continue;
            };
            if quiet >= SETTLED {
                compared += 1;
                if longest.is_none_or(|(most, _)| quiet > most) {
                    longest = Some((quiet, index));
                }
            }
        }
        self.cursor = (self.cursor + looked) % slots.max(1);
        let Some(slot) = longest.and_then(|(_, index)| self.slots[index].as_mut()) else {
            return Room::None;
        };
        slot.leaving = true;
        let victim = Arc::clone(&slot.watch);
        self.pool(overflow).leaving += 1;
        Room::InPlaceOf(victim)
    }
}

#[cfg(test)]
mod tests;
