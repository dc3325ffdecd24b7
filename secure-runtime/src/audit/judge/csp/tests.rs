//! Tests of what lets a script in, and of what does not.

use super::*;

/// A policy for pages that is sound, with one directive more or otherwise.
fn with(directive: &str) -> Vec<Weakness> {
    const SOUND: [&str; 6] = [
        "default-src 'none'",
        "script-src 'nonce-0123456789abcdefABCDEFGH'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ];
    let name = directive.split(' ').next().unwrap();
    let others = SOUND.iter().filter(|sound| sound.split(' ').next() != Some(name));
    let policy: Vec<&str> = others.copied().chain([directive]).collect();
    weaknesses(&policy.join("; "))
}

fn without(name: &str) -> Vec<Weakness> {
    let policy = "script-src 'nonce-0123456789abcdefABCDEFGH'; object-src 'none'; base-uri 'none'; form-action 'self'; \
                  frame-ancestors 'none'";
    let kept: Vec<&str> = policy
        .split("; ")
        .filter(|part| !part.starts_with(name))
        .collect();
    weaknesses(&kept.join("; "))
}

#[test]
fn sound_policies_have_none() {
    for directive in [
        "script-src 'nonce-0123456789abcdefABCDEFGH' 'strict-dynamic' 'unsafe-inline' https:",
        "script-src 'self'",
        "script-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'unsafe-inline'",
        "style-src 'self'",
        "SCRIPT-SRC 'SELF'",
        "frame-ancestors 'self' https://portal.example",
    ] {
        assert_eq!(with(directive), [], "{directive}");
    }
    let api = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    assert_eq!(weaknesses(api), []);
    assert_eq!(without("nothing"), []);
}

#[test]
fn each_hole_is_found() {
    for (directive, severe, text) in [
        (
            "script-src 'self' 'unsafe-inline'",
            true,
            "'unsafe-inline' without a nonce",
        ),
        ("script-src *", true, "allows *"),
        ("script-src https:", true, "allows https:"),
        ("script-src 'nonce-0123456789abcdefABCDEFGH' *", true, "allows *"),
        ("script-src data:", true, "allows data:"),
        ("script-src-elem *", true, "allows *"),
        ("script-src-attr 'unsafe-inline'", true, "injected handlers"),
        ("script-src 'nonce-abc'", true, "can be guessed"),
        ("script-src 'self' 'unsafe-eval'", false, "'unsafe-eval'"),
        ("script-src 'self' 'unsafe-hashes'", false, "'unsafe-hashes'"),
        ("script-src blob:", false, "blob:"),
        (
            "script-src https://cdn.jsdelivr.net",
            false,
            "others can put scripts",
        ),
        ("script-src *.cloudfront.net", false, "others can put scripts"),
        ("object-src 'self'", true, "plugins"),
        ("base-uri *", true, "base-uri allows"),
        ("frame-ancestors *", true, "allows everyone"),
        ("style-src 'unsafe-inline'", false, "injected styles"),
        ("img-src http://img.example", false, "loads over http"),
    ] {
        let found = with(directive);
        assert_eq!(found.len(), 1, "{directive}: {found:?}");
        assert_eq!(found[0].severe, severe, "{directive}");
        assert!(found[0].text.contains(text), "{directive}: {found:?}");
    }
}

#[test]
fn what_is_left_out_is_found() {
    for (name, severe) in [
        ("script-src", true),
        ("object-src", true),
        ("base-uri", true),
        ("form-action", false),
        ("frame-ancestors", true),
    ] {
        let found = without(name);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert_eq!(found[0].severe, severe, "{name}");
    }
    assert!(weaknesses("").iter().any(|weakness| weakness.severe));
    // The first of two counts.
    assert_eq!(without("nothing").len(), weaknesses("script-src 'self'; script-src *; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'").len());
}

#[test]
fn without_scripts_there_is_no_base_to_fear() {
    assert_eq!(
        weaknesses("default-src 'none'; form-action 'none'; frame-ancestors 'none'"),
        []
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_judged(text in "[ -~;'*]{0,200}|.{0,80}") {
        // What ends a policy, or is empty in it, changes nothing.
        assert_eq!(weaknesses(&text), weaknesses(&format!(";; {text} ; ")));
    }

    /// What else is allowed does not mend it.
    #[test]
    fn a_hole_stays_a_hole(host in "[a-z]{1,8}\\.example") {
        let policy = format!("default-src 'self'; script-src {host} 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'");
        proptest::prop_assert!(weaknesses(&policy).iter().any(|weakness| weakness.severe));
    }
}
