//! Public material, references, messages and human text are refused, class by class.
//!
//! The table of the classes: `cargo test -p tests --test gate -- --nocapture classes`.

use std::fmt::Write as _;

use secure_config::gate::{Policy, Reason, judge};

use crate::human::{Human, values};

/// The least bytes of a key: shorter values are refused for their length, which would tell nothing.
const LEAST: usize = 32;

/// Counts, for each class in its order, the values that were tried and those that were refused.
fn table(values: &[Human]) -> Vec<(&'static str, usize, usize)> {
    let mut rows: Vec<(&str, usize, usize)> = Vec::new();
    for human in values.iter().filter(|human| human.value.len() >= LEAST) {
        let refused = usize::from(judge(human.value.as_bytes(), &Policy::key()).is_refused());
        match rows.iter_mut().find(|(class, ..)| *class == human.class) {
            Some(row) => {
                row.1 += 1;
                row.2 += refused;
            }
            None => rows.push((human.class, 1, refused)),
        }
    }
    rows
}

#[test]
fn classes_of_human_and_public_values_are_refused() {
    let rows = table(&values());
    let tried: usize = rows.iter().map(|(_, tried, _)| tried).sum();
    let refused: usize = rows.iter().map(|(.., refused)| refused).sum();
    let mut shown = String::from("| class | tried | refused |\n|---|---|---|\n");
    for (class, tried, refused) in &rows {
        let _ = writeln!(shown, "| {class} | {tried} | {refused} |");
    }
    println!("{shown}\n{} classes, {refused} of {tried} refused", rows.len());
    assert!(
        rows.len() >= 40 && tried >= 1_000,
        "{} classes, {tried} values",
        rows.len()
    );
    assert!(100 * refused >= 97 * tried, "{refused} of {tried}:\n{shown}");
    for (class, tried, refused) in rows {
        assert!(10 * refused >= 8 * tried, "{class}: {refused} of {tried}");
    }
}

#[test]
fn reasons_of_form_name_what_the_value_is() {
    let expected = [
        ("PEM certificate", "public_material"),
        ("certificate without its armour", "public_material"),
        ("certificate request", "public_material"),
        ("PEM public key", "public_material"),
        ("public key without its armour", "public_material"),
        ("SSH public key line", "public_material"),
        ("public JWK", "public_material"),
        ("age recipient", "public_material"),
        ("ciphertext of a tool", "encrypted"),
    ];
    for human in values() {
        let Some((_, code)) = expected.iter().find(|(class, _)| *class == human.class) else {
            continue;
        };
        let verdict = judge(human.value.as_bytes(), &Policy::key());
        assert_eq!(
            verdict.reason().map(Reason::code),
            Some(*code),
            "{}: {}",
            human.class,
            human.value
        );
        let remedy = verdict.remedy().unwrap_or_default();
        assert!(!remedy.contains("openssl"), "{}: {remedy}", human.class);
    }
}

/// What is not a secret is not one under any policy, and a new random value is never the advice.
#[test]
fn references_and_ciphertext_are_refused_under_every_policy() {
    let classes = [
        "ciphertext of a tool",
        "reference of a tool",
        "template",
        "PEM certificate",
        "PEM public key",
    ];
    for human in values().iter().filter(|human| classes.contains(&human.class)) {
        for policy in [
            Policy::key(),
            Policy::password(),
            Policy::passphrase(),
            Policy::vendor_token(),
        ] {
            let verdict = judge(human.value.as_bytes(), &policy);
            assert!(verdict.is_refused(), "{}: {}", human.class, human.value);
            let remedy = verdict.remedy().unwrap_or_default();
            assert!(
                !remedy.contains("openssl"),
                "{}: {} {remedy}",
                human.class,
                human.value
            );
        }
    }
}
