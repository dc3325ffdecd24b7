//! Placeholders and defaults of real projects are refused.

use secure_config::gate::{Policy, judge};

/// Values in the manner of example files, made up for this test: no list can know them.
const EXAMPLES: [(&str, &str); 24] = [
    ("your-very-own-session-signing-secret-goes-here", "placeholder"),
    ("CHANGE_ME_BEFORE_DEPLOYING_TO_PRODUCTION_1234", "placeholder"),
    ("replace_this_with_64_random_hex_characters_ok", "placeholder"),
    ("my5up3rS3cr3tJwtK3yTh4tN0b0dyW1llGu3ss", "placeholder"),
    ("please-generate-a-strong-random-key-for-prod", "placeholder"),
    ("thisIsNotARealSecretJustAnExampleForTests", "placeholder"),
    ("cambia-esta-clave-secreta-en-produccion-ya", "human_text"),
    ("coloque-aqui-uma-chave-segura-e-bem-longa", "human_text"),
    ("remplacez-cette-valeur-par-votre-cle-secrete", "human_text"),
    ("bitte-durch-einen-sicheren-schluessel-ersetzen", "human_text"),
    ("ganti-dengan-kunci-rahasia-yang-panjang-sekali", "human_text"),
    ("bu-anahtari-uretim-ortaminda-mutlaka-degistir", "human_text"),
    ("inserisci-qui-la-tua-chiave-segreta-casuale", "human_text"),
    ("tutaj-wpisz-swoj-tajny-klucz-do-aplikacji", "human_text"),
    ("zamenite-etot-sekretnyi-klyuch-na-svoi-klyuch", "human_text"),
    ("the quick brown fox jumps over the lazy dog again", "human_text"),
    ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "predictable"),
    ("0123456789abcdef0123456789abcdef", "predictable"),
    ("qwertyuiopasdfghjklzxcvbnmqwertyuiop", "predictable"),
    ("a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8", "predictable"),
    ("xK9xK9xK9xK9xK9xK9xK9xK9xK9xK9xK9xK9", "predictable"),
    (
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "predictable",
    ),
    ("dGhpcyBpcyBub3QgYSBzZWNyZXQsIGNoYW5nZSBpdA==", "encoded_text"),
    ("{{ .Values.auth.signingKey | quote }}", "template"),
];

#[test]
fn made_up_examples_are_refused_for_what_they_are() {
    for (value, code) in EXAMPLES {
        let reason = judge(value.as_bytes(), &Policy::key()).reason();
        let found = reason.map(|reason| reason.code());
        // Text in another language may hold enough words of placeholders to be called one.
        let fits = found == Some(code) || code == "human_text" && found == Some("placeholder");
        assert!(fits, "{value}: {found:?} instead of {code}");
    }
}

/// The shares that the gate promises, over rows `value TAB kind TAB variable` of a corpus that we may not publish.
#[test]
#[ignore = "reads a corpus that is not part of the project: BAD_SECRETS is its path"]
fn real_examples_are_refused() {
    let path = std::env::var("BAD_SECRETS").expect("BAD_SECRETS is the path of the corpus");
    let corpus = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let values: Vec<&str> = corpus
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter(|(_, kind)| kind.starts_with("example file") || kind.starts_with("framework default"))
        .map(|(value, _)| value)
        .collect();
    let share = |values: &[&str], policy: Policy| {
        let refused = values
            .iter()
            .filter(|value| judge(value.as_bytes(), &policy).is_refused())
            .count();
        println!("{refused} of {} refused", values.len());
        refused as f64 / values.len() as f64
    };
    let long: Vec<&str> = values.iter().copied().filter(|value| value.len() >= 16).collect();
    assert!(share(&values, Policy::key()) >= 0.98);
    assert!(share(&long, Policy::key().min_len(0)) >= 0.97);
}
