use std::net::{Ipv4Addr, SocketAddr};

use super::*;
use crate::connection::Connection;
use crate::server::conn::context::Context;

fn gate(max: usize, reserved: usize, per_client: usize) -> Arc<Gate> {
    Gate::new(max, reserved, per_client, Arc::new(is_private))
}

fn watch(last_octet: u8) -> Arc<Watch> {
    let peer = SocketAddr::from((Ipv4Addr::new(192, 0, 2, last_octet), 1));
    Arc::new(Watch::new(Connection::new(Some(peer)), Context::for_tests()))
}

fn full(admission: Admission) -> Permit {
    match admission {
        Admission::Full { permit, .. } => permit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_busy_listener_keeps_a_reserve_for_health() {
    let now = 1;
    let gate = gate(2, 1, 0);
    let permits: Vec<_> = (0..2).map(|_| full(gate.admit(&watch(1), now))).collect();
    let reserve = gate.admit(&watch(1), now);
    assert!(matches!(reserve, Admission::HealthOnly(_)));
    assert!(matches!(gate.admit(&watch(1), now), Admission::Crowded));
    drop(permits);
    drop(full(gate.admit(&watch(1), now)));
    assert_eq!(gate.count(), 1);
    drop(reserve);
    assert_eq!(gate.count(), 0);
}

#[test]
fn the_longest_quiet_connection_makes_room() {
    let start = 1;
    let later = start + 9000;
    let gate = gate(3, 0, 0);
    let watches: Vec<_> = (0..3).map(|_| watch(1)).collect();
    let mut permits: Vec<_> = watches
        .iter()
        .map(|watch| full(gate.admit(watch, start)))
        .collect();
    watches[1].set_quiet(Some(start));
    watches[2].set_quiet(Some(start + 5000));

    let _third = full(gate.admit(&watch(1), later));
    assert_eq!(watches[1].order(), Order::Close);
    let _fourth = full(gate.admit(&watch(1), later));
    assert_eq!(watches[2].order(), Order::Close);
    assert_eq!(watches[0].order(), Order::Serve, "it is at work");
    assert!(matches!(gate.admit(&watch(1), later), Admission::Crowded));

    assert_eq!(gate.count(), 5, "two of them are on their way out");
    permits.remove(1);
    assert!(
        matches!(gate.admit(&watch(1), later), Admission::Crowded),
        "its place is taken"
    );
    permits.clear();
    let _fifth = full(gate.admit(&watch(1), later));
}

#[test]
fn a_connection_that_just_came_is_not_closed_for_the_next() {
    let now = 1;
    let gate = gate(1, 0, 0);
    let first = watch(1);
    let _permit = full(gate.admit(&first, now));
    first.set_quiet(Some(now));
    let soon = now + SETTLED / 2;
    assert!(matches!(gate.admit(&watch(2), soon), Admission::Crowded));
}

#[test]
fn one_client_cannot_take_all_places_but_a_proxy_may() {
    let now = 1;
    let gate = gate(100, 0, 2);
    let mine: Vec<_> = (0..2).map(|_| full(gate.admit(&watch(7), now))).collect();
    assert!(matches!(gate.admit(&watch(7), now), Admission::Greedy));
    let _other = full(gate.admit(&watch(8), now));
    drop(mine);
    let _again = full(gate.admit(&watch(7), now));

    let proxy = || {
        let peer = SocketAddr::from(([10, 0, 0, 1], 1));
        Arc::new(Watch::new(Connection::new(Some(peer)), Context::for_tests()))
    };
    let _many: Vec<_> = (0..10).map(|_| full(gate.admit(&proxy(), now))).collect();
}

#[test]
fn an_emptied_gate_forgets_its_clients() {
    let now = 1;
    let gate = gate(1000, 0, 1000);
    let permits: Vec<_> = (0..200)
        .map(|client| full(gate.admit(&watch(client), now)))
        .collect();
    assert_eq!(gate.state().clients.len(), 200);
    drop(permits);
    let state = gate.state();
    assert_eq!((state.clients.capacity(), state.slots.capacity()), (0, 0));
}
