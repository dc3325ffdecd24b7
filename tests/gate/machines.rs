//! No machine-made secret is refused: 20,000 in every run, millions in the soak.
//!
//! The soak: `cargo test --release -p tests --test gate -- --ignored --nocapture soak`; `SOAK_COUNT` and `SOAK_SEED`
//! change how many are made, and which.

use secure_config::gate::judge;

use crate::machine::{MACHINES, Rng};

/// Makes `count` secrets of each kind and counts those that are refused, naming their kind and reason.
fn refused(count: usize, seed: u64) -> (usize, Vec<String>) {
    let mut rng = Rng::new(seed);
    let mut made = 0;
    let mut refused = Vec::new();
    for machine in MACHINES {
        for _ in 0..count {
            let secret = (machine.make)(&mut rng);
            made += 1;
            if let Some(reason) = judge(&secret, &machine.policy).reason() {
                // Test data: it may be shown.
                let secret = String::from_utf8_lossy(&secret).into_owned();
                refused.push(format!("{}: {} {secret}", machine.name, reason.code()));
            }
        }
    }
    (made, refused)
}

#[test]
fn twenty_thousand_pass() {
    let (made, refused) = refused(20_000_usize.div_ceil(MACHINES.len()), 1);
    assert!(made >= 20_000, "{made}");
    assert!(refused.is_empty(), "{} of {made}: {refused:#?}", refused.len());
}

#[test]
#[ignore = "millions of secrets: run it in release, by hand"]
fn soak() {
    let number = |name, default| std::env::var(name).map_or(default, |text| text.parse().expect("a number"));
    let count = number("SOAK_COUNT", 4_000_000) as usize;
    let seed = number("SOAK_SEED", 2);
    let (made, refused) = refused(count.div_ceil(MACHINES.len()), seed);
    println!(
        "{made} secrets of {} kinds made, {} refused",
        MACHINES.len(),
        refused.len()
    );
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn strong_enough_for_their_own_bits() {
    let mut rng = Rng::new(3);
    for (name, bits) in [
        ("hex of 16 bytes", 128),
        ("hex of 32 bytes", 256),
        ("base64 of 16 bytes", 128),
        ("base64 of 32 bytes", 256),
        ("base64url of 32 bytes", 256),
    ] {
        let machine = MACHINES
            .iter()
            .find(|machine| machine.name == name)
            .expect("listed");
        for _ in 0..2_000 {
            let secret = (machine.make)(&mut rng);
            let verdict = judge(&secret, &machine.policy.min_bits(bits));
            assert!(!verdict.is_refused(), "{name}: {:?}", verdict.reason());
            assert_eq!(verdict.warning().is_some(), bits < 256, "{name}");
        }
    }
}
