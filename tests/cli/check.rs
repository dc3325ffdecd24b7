//! What `config check` finds, it finds in one load, as the start does.

use crate::program::{Room, SERVICE};

/// The example's service, whose loader erases the environment and looks for a vault that variables name.
fn room(vault: &[(&str, &str)]) -> Room {
    let vars = [
        ("JWT_ACCESS_SECRET", 0),
        ("JWT_REFRESH_SECRET", 1),
        ("REFRESH_TOKEN_FINGERPRINT_PEPPER", 2),
    ];
    let room = vars.into_iter().fold(Room::new(SERVICE), |room, (name, index)| {
        room.with(name, tests::STRONG[index])
    });
    vault
        .iter()
        .fold(room, |room, (name, value)| room.with(*name, *value))
}

const VAULT: [(&str, &str); 3] = [
    ("VAULT_ADDR", "http://127.0.0.1:1"),
    ("VAULT_PATH", "app"),
    ("VAULT_TOKEN", "s.q8Zc2vYw7mLkT4nB1xRd9HfJ"),
];

#[test]
fn a_wrong_variable_of_the_vault_is_the_one_that_is_named() {
    for (name, value) in [
        ("VAULT_TIMEOUT", "soon"),
        ("VAULT_TIMEOUT", "1h"),
        ("VAULT_NAMESPACE", "a b"),
        ("VAULT_MOUNT", "../secret"),
        ("VAULT_CACERT", "/nowhere/ca.pem"),
    ] {
        let mut vault = VAULT.to_vec();
        vault.push((name, value));
        if name == "VAULT_CACERT" {
            vault[0].1 = "https://127.0.0.1:1";
        }
        for command in ["check", "explain VAULT"] {
            let said = room(&vault).config(command);
            if command == "check" {
                assert_eq!(said.code, Some(78), "{said:?}");
                assert!(
                    said.err.starts_with("configuration refused: 1 problem"),
                    "{said:?}"
                );
                assert!(said.err.contains(&format!("\n  {name}  ")), "{said:?}");
            }
            assert!(!said.all().contains(VAULT[2].1), "{said:?}");
        }
    }
}

#[test]
fn what_is_sound_but_for_the_server_blames_the_server_alone() {
    let mut vault = VAULT.to_vec();
    vault.extend([
        ("VAULT_NAMESPACE", "admin/"),
        ("VAULT_MOUNT", "secret/"),
        ("VAULT_TIMEOUT", "1ms"),
    ]);
    let said = room(&vault).config("check").ends_with(78);
    assert!(
        said.err.starts_with("configuration refused: 1 problem"),
        "{said:?}"
    );
    assert!(
        said.err.contains("vault secret/app  could not be read"),
        "{said:?}"
    );
}
