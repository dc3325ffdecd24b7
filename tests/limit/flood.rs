//! Millions of keys, in a process of its own whose memory is looked at.

use std::process::Command;

use secure_runtime::{
    client::ClientKey,
    limit::{Clock, Key, Limiter},
};

/// Without optimisation ten million take a quarter of a minute; the bench of limits floods with as many, too.
const KEYS: u32 = if cfg!(debug_assertions) {
    2_000_000
} else {
    10_000_000
};
const EXHAUSTED: u32 = 200;

fn client(n: u32) -> Key {
    Key::client(ClientKey::new(Some(
        std::net::Ipv4Addr::from_bits(0x0b00_0000 + n).into(),
    )))
}

/// Bytes that this process wrote to and are in memory, counted page by page. Not all that is resident: pages of the program come from its file
/// sixteen at a time, whenever code is reached for the first time; and the sums of `statm` are behind by up to 64 pages for each processor.
fn written() -> usize {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let anonymous = rollup
        .lines()
        .find_map(|line| line.strip_prefix("Anonymous:"))
        .unwrap();
    anonymous.trim_end_matches("kB").trim().parse::<usize>().unwrap() * 1024
}

#[test]
fn millions_of_keys_take_no_more_memory_reset_nobody_and_lock_nobody_out() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "flood::child"])
        .env("FLOOD", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
fn child() {
    if std::env::var_os("FLOOD").is_none() {
        return;
    }
    let limiter = Limiter::new("10 per hour".parse().unwrap()).with_clock(Clock::manual());
    for n in 0..EXHAUSTED {
        while limiter.check(client(n)).is_ok() {}
    }
    let places = u32::try_from(limiter.places()).unwrap();
    let mut refused = 0;
    let mut before = 0;
    for n in EXHAUSTED..KEYS {
        // By then all of the table has been touched, and is in memory.
        if n == EXHAUSTED + 4 * places {
            before = written();
        }
        // Each of them comes for the first time, so each is as good as a legitimate client.
        refused += u32::from(limiter.check(client(n)).is_err());
    }
    let grown = written().saturating_sub(before);
    assert!(grown < 256 * 1024, "{grown} bytes more");
    assert!(refused <= KEYS / 100, "{refused} fresh keys refused");
    let reset = (0..EXHAUSTED)
        .filter(|&n| limiter.check(client(n)).is_ok())
        .count();
    assert_eq!(reset, 0, "exhausted keys were reset");
}
