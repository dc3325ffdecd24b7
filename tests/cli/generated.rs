//! What is made up passes its own rules, every time.

use secure_config::{ProblemKind, Profile, SecretBytes, SecretString, SecureConfig};

use crate::program::{REQUIRED, Room, TARGET, value};

/// One of each kind, with the generator and the gate of a load alone: there is no second try here.
#[derive(SecureConfig)]
struct Generated {
    #[secure(generate_in_dev)]
    signing_key: SecretString,
    #[secure(generate_in_dev, min_len = 64, reject = "change_this_secret", differs_from = signing_key)]
    long_key: SecretString,
    #[secure(generate_in_dev, min_bits = 256)]
    strong_key: SecretString,
    #[secure(generate_in_dev, encoding = "hex", len = 32)]
    hex_key: SecretBytes,
    #[secure(generate_in_dev, encoding = "base64", min_len = 48, min_bits = 300)]
    base64_key: SecretBytes,
    #[secure(generate_in_dev, encoding = "base64url", len = 16)]
    base64url_key: SecretBytes,
    #[secure(generate_in_dev)]
    raw_key: SecretBytes,
    #[secure(generate_in_dev, min_len = 20, max_len = 24)]
    admin_password: SecretString,
    #[secure(generate_in_dev)]
    backup_passphrase: SecretString,
    #[secure(generate_in_dev, min_bits = 128)]
    strong_passphrase: SecretString,
    #[secure(generate_in_dev, max_len = 36)]
    short_passphrase: SecretString,
    #[secure(generate_in_dev, max_len = 30)]
    shorter_passphrase: SecretString,
    #[secure(generate_in_dev)]
    admin_token: SecretString,
}

#[test]
fn ten_thousand_rounds_pass_the_gate() {
    const ROUNDS: usize = 10_000;
    const FIELDS: usize = 13;
    let mut before = String::new();
    for round in 0..ROUNDS {
        let loader = Generated::loader()
            .vars([("", ""); 0])
            .profile(Profile::Development);
        let (settings, report) = match loader.load_with_report() {
            Ok(loaded) => loaded,
            Err(error) => panic!("round {round}: {error}"),
        };
        let made = report
            .warnings()
            .filter(|warning| warning.kind() == ProblemKind::Generated);
        assert_eq!(made.count(), FIELDS);
        // Nothing else deserves a look: also not that one carries few bits.
        let other = report
            .warnings()
            .find(|warning| !matches!(warning.kind(), ProblemKind::Generated | ProblemKind::Memory));
        assert!(other.is_none(), "round {round}: {other:?}");
        assert_shapes(&settings);
        if round % 10 == 0 {
            assert_stands_in_production(&settings, round);
        }
        assert_ne!(settings.signing_key.expose_secret(), before);
        before = settings.signing_key.expose_secret().to_owned();
    }
}

/// As variables of a service in production, where nothing is made up, the same values are loaded without a word.
fn assert_stands_in_production(made: &Generated, round: usize) {
    let text = |secret: &SecretString| secret.expose_secret().to_owned();
    let base64url = |bytes: &[u8]| {
        let text = tests::base64(bytes).replace('+', "-").replace('/', "_");
        text.trim_end_matches('=').to_owned()
    };
    let vars = [
        ("SIGNING_KEY", text(&made.signing_key)),
        ("LONG_KEY", text(&made.long_key)),
        ("STRONG_KEY", text(&made.strong_key)),
        ("HEX_KEY", tests::hex(made.hex_key.expose_secret())),
        ("BASE64_KEY", tests::base64(made.base64_key.expose_secret())),
        ("BASE64URL_KEY", base64url(made.base64url_key.expose_secret())),
        (
            "RAW_KEY",
            String::from_utf8(made.raw_key.expose_secret().to_vec()).unwrap(),
        ),
        ("ADMIN_PASSWORD", text(&made.admin_password)),
        ("BACKUP_PASSPHRASE", text(&made.backup_passphrase)),
        ("STRONG_PASSPHRASE", text(&made.strong_passphrase)),
        ("SHORT_PASSPHRASE", text(&made.short_passphrase)),
        ("SHORTER_PASSPHRASE", text(&made.shorter_passphrase)),
        ("ADMIN_TOKEN", text(&made.admin_token)),
    ];
    let loader = Generated::loader().vars(vars).profile(Profile::Production);
    match loader.load_with_report() {
        Ok((_, report)) => {
            let other = report
                .warnings()
                .find(|warning| warning.kind() != ProblemKind::Memory);
            assert!(other.is_none(), "round {round}: {other:?}");
        }
        Err(error) => panic!("round {round}: {error}"),
    }
}

fn assert_shapes(made: &Generated) {
    assert_eq!(made.hex_key.expose_secret().len(), 32);
    assert_eq!(made.base64url_key.expose_secret().len(), 16);
    assert!(made.base64_key.expose_secret().len() >= 48);
    assert!(made.long_key.expose_secret().len() >= 64);
    assert!(made.raw_key.expose_secret().len() >= 32);
    assert!(made.strong_key.expose_secret().len() * 6 >= 256 + 40);
    assert!(made.admin_token.expose_secret().len() >= 32);
    assert_eq!(made.admin_password.expose_secret().len(), 24);
    let words = |secret: &SecretString| {
        secret
            .expose_secret()
            .split('-')
            .filter(|word| word.len() == 5)
            .count()
    };
    assert_eq!(words(&made.backup_passphrase), 8);
    assert_eq!(words(&made.strong_passphrase), 12);
    assert_eq!(words(&made.short_passphrase), 6);
    assert_eq!(made.shorter_passphrase.expose_secret().len(), 30);
}

#[test]
fn what_the_command_prints_is_what_the_field_asks_for() {
    let room = Room::new(TARGET);
    for round in 0..10 {
        let mut set: Vec<(&str, String)> = Vec::new();
        for name in REQUIRED {
            let said = room.config(&format!("generate {name}")).ends_with(0);
            assert!(said.err.is_empty(), "{}", said.err);
            set.push((name, said.out.trim_end().to_owned()));
        }
        let room = set
            .iter()
            .fold(Room::new(TARGET), |room, (name, value)| room.with(name, value));
        let said = room.config("check").ends_with(0);
        assert!(said.err.is_empty(), "round {round}: {}", said.err);
        // The last is a list of one: its delimiter is not in what was made up.
        assert!(!set[12].1.contains('-'));
    }
}

#[test]
fn what_the_command_writes_is_sound_and_new_each_time() {
    let mut seen = std::collections::HashSet::new();
    for _ in 0..20 {
        let room = Room::new(TARGET);
        room.config("generate --write-env").ends_with(0);
        let said = room.config("check").ends_with(0);
        assert!(said.err.is_empty(), "{}", said.err);
        let text = room.read(".env");
        for name in REQUIRED {
            let value = value(&text, name).unwrap();
            assert!(seen.insert(value.to_owned()), "{name} is not new");
            if name == "JUDGED_SECRET" {
                assert!(value.starts_with(|first: char| first.is_ascii_alphabetic()));
            }
        }
    }
}
