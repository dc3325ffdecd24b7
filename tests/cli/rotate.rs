//! Secrets of `.env` that are replaced by fresh ones.

use secure_config::cli::Cli;
use secure_config::{SecretString, SecureConfig};
use tests::{STRONG, Scratch};

use crate::program::{REQUIRED, Room, TARGET, mode, value};

/// Whoever has two of them may be wrong in one.
fn filled() -> Room {
    let room = Room::new(TARGET);
    room.config("generate --write-env").ends_with(0);
    room
}

/// The lines of a file without the values of these names.
fn without<'t>(text: &'t str, names: &[&str]) -> Vec<&'t str> {
    let set = |line: &&str| !names.iter().any(|name| line.starts_with(&format!("{name}=")));
    text.lines().filter(set).collect()
}

#[test]
fn all_that_stand_there_get_fresh_values_and_nothing_else_changes() {
    let room = filled();
    let before = room.read(".env");
    let said = room.config("rotate --all").ends_with(0);
    assert!(said.out.is_empty());
    let after = room.read(".env");
    // A list is no secret of which there is one.
    let rotated: Vec<&str> = REQUIRED.into_iter().filter(|name| *name != "RING_KEYS").collect();
    for name in &rotated {
        let [old, new] = [&before, &after].map(|text| value(text, name).unwrap());
        assert!(!old.is_empty() && !new.is_empty() && old != new, "{name}");
        assert!(!said.all().contains(new) && !said.all().contains(old), "{name}");
        assert!(said.err.contains(name), "{name}: {}", said.err);
    }
    assert_eq!(value(&before, "RING_KEYS"), value(&after, "RING_KEYS"));
    assert!(
        said.err.contains("RING_KEYS stays as it is: it is a list"),
        "{}",
        said.err
    );
    assert_eq!(without(&before, &rotated), without(&after, &rotated));
    assert_eq!(mode(&room.path(".env")), 0o600);
    assert_eq!(room.names(), [".env"]);
    room.config("check").ends_with(0);
}

#[test]
fn what_is_named_is_replaced_where_it_stands() {
    let room = Room::new(TARGET);
    let text = format!(
        "# ours\nexport JWT_OLD_SECRET=\"{}\" # kept\nPORT=9090\nPAYMENT_TOKEN={}\n",
        STRONG[0], STRONG[1]
    );
    room.scratch.file(".env", &text);
    // An old name is one, too; a token is made up when it is asked for.
    let said = room
        .config("rotate JWT_REFRESH_SECRET PAYMENT_TOKEN")
        .ends_with(0);
    assert!(
        said.err
            .starts_with("written to .env: JWT_OLD_SECRET, PAYMENT_TOKEN\n"),
        "{}",
        said.err
    );
    let after = room.read(".env");
    let lines: Vec<&str> = after.lines().collect();
    assert_eq!((lines[0], lines[2]), ("# ours", "PORT=9090"));
    assert!(
        lines[1].starts_with("export JWT_OLD_SECRET=") && lines[1].ends_with(" # kept"),
        "{}",
        lines[1]
    );
    assert!(
        !after.contains(STRONG[0]) && !after.contains(STRONG[1]),
        "{after}"
    );
}

#[test]
fn what_cannot_be_replaced_stays_and_is_named() {
    let room = Room::new(TARGET)
        .with(
            "HEX_KEY",
            "8f3a1c5e7b9d2f4068a0c2e4f6081a3c5e7092b4d6f81a3c5e7092b4d6f80b1d",
        )
        .with("RAW_KEY_FILE", "raw");
    room.scratch.file("raw", STRONG[1]);
    let dsn = "https://b0Jq1xUq9n0rT3mVw8cY@sentry.example.com/1";
    let text = format!(
        "PEPPER={}\nSENTRY_DSN={dsn}\nPAYMENT_TOKEN={}\n",
        STRONG[2], STRONG[3]
    );
    room.scratch.file(".env", &text);
    for (key, why) in [
        ("HEX_KEY", "HEX_KEY is not replaced: it comes from environment"),
        ("RAW_KEY", "RAW_KEY is not replaced: it comes from raw;"),
        ("STRONG_KEY", "STRONG_KEY is not replaced: it is not set"),
        ("SENTRY_DSN", "SENTRY_DSN cannot be made up"),
        ("PORT", "PORT is no secret"),
        ("PEPER", "did you mean PEPPER?"),
    ] {
        // All or none: the one that could be is not, either.
        let said = room.config(&format!("rotate PEPPER {key}"));
        assert!(matches!(said.code, Some(64 | 73)), "{said:?}");
        assert!(said.err.contains(why), "{}", said.err);
        assert_eq!(room.read(".env"), text);
    }
    let said = room.config("rotate --all").ends_with(0);
    for part in [
        "written to .env: PEPPER\n",
        "HEX_KEY stays as it is: it comes from environment",
        "SENTRY_DSN stays as it is",
        "PAYMENT_TOKEN stays as it is",
    ] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    assert!(!room.read(".env").contains(STRONG[2]));
    room.config("rotate").ends_with(64);
}

#[test]
fn a_file_that_is_not_clear_or_not_there_is_left_alone() {
    let room = Room::new(TARGET);
    let said = room.config("rotate --all").ends_with(0);
    assert!(said.err.starts_with("nothing was written"), "{}", said.err);
    assert!(room.names().is_empty());

    for text in [
        format!("PEPPER={}\nno line of a file\n", STRONG[2]),
        format!("PEPPER=\"{}\nand more\"\n", STRONG[2]),
    ] {
        room.scratch.file(".env", &text);
        let said = room.config("rotate PEPPER").ends_with(78);
        assert!(said.err.contains("nothing is written"), "{}", said.err);
        assert_eq!(room.read(".env"), text);
        assert_eq!(room.names(), [".env"]);
    }
}

#[derive(SecureConfig)]
#[allow(dead_code, reason = "it is loaded, and nothing uses it")]
struct Two {
    access_secret: SecretString,
    #[secure(differs_from = access_secret)]
    refresh_secret: SecretString,
}

/// A service that runs does it itself.
#[test]
fn in_a_program_it_is_a_call() {
    let scratch = Scratch::new();
    let path = scratch.file(
        "vars",
        format!("ACCESS_SECRET={}\nREFRESH_SECRET={}\n", STRONG[0], STRONG[1]),
    );
    let loader = {
        let path = path.clone();
        let none: [(&str, &str); 0] = [];
        move || Two::loader().vars(none).dotenv(path.clone())
    };
    let cli = Cli::<Two>::new().loader(loader);
    let rotated = cli.rotate(&["REFRESH_SECRET"]).unwrap();
    assert_eq!(rotated.written(), ["REFRESH_SECRET"]);
    assert_eq!(rotated.left().count(), 0);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(STRONG[0]) && !text.contains(STRONG[1]));

    assert_eq!(cli.rotate(&[]).unwrap().written().len(), 2);
    let error = cli.rotate(&["ACESS_SECRET"]).unwrap_err();
    assert!(
        error.to_string().contains("did you mean ACCESS_SECRET?"),
        "{error}"
    );
}
