//! No command shows a secret: every command × every kind of secret × every place × sound and refused values.

use std::collections::BTreeSet;
use std::fs;

use secure_config::SecureConfig;
use tests::{Numbers, Search, base64, hex};

use crate::planted::{COMMANDS, Place, ROUNDS, planted};
use crate::program::{Room, SERVICE, TARGET};
use crate::settings::Settings;

#[test]
fn no_command_shows_a_secret() {
    let mut refused = 0;
    for round in 0..ROUNDS {
        let planted = planted(round);
        let secrets = planted.iter().flat_map(|one| &one.secrets);
        let searches: Vec<Search> = secrets.map(Search::new).collect();
        for place in Place::ALL {
            let room = place.room(&planted);
            for command in COMMANDS {
                // Each name is asked for; and each value, by somebody who confuses the two.
                let arguments: Vec<&str> = match command.contains("{}") {
                    true if round < 2 => planted.iter().flat_map(|one| [one.name, &one.value]).collect(),
                    true => planted[..3].iter().map(|one| one.value.as_str()).collect(),
                    false => vec![""],
                };
                for argument in arguments {
                    let words = command
                        .split(' ')
                        .map(|word| if word == "{}" { argument } else { word });
                    let before = fs::read(room.path(".env")).ok();
                    let said = room.run(["config"].into_iter().chain(words));
                    assert!(
                        matches!(said.code, Some(0 | 64 | 66 | 73 | 78)),
                        "{command}: {said:?}"
                    );
                    refused += usize::from(said.code == Some(78));
                    let what = format!("{command} of round {round} in {place:?}");
                    let all = said.all();
                    searches
                        .iter()
                        .for_each(|search| search.assert_silent(&all, &what));
                    // Each command finds the room as it was.
                    match before {
                        Some(bytes) => fs::write(room.path(".env"), bytes).unwrap(),
                        None => drop(fs::remove_file(room.path(".env"))),
                    }
                }
            }
        }
    }
    assert!(refused > 50, "{refused}");
}

/// A row that is missing from the matrix is a hole in it.
#[test]
fn the_matrix_has_every_command_and_every_kind_of_secret() {
    let room = Room::new(TARGET);
    let help = room.config("--help").ends_with(0).out;
    let listed: BTreeSet<&str> = help
        .lines()
        .skip_while(|line| *line != "commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .map(|line| line.split_whitespace().next().unwrap())
        // The target's own.
        .filter(|command| *command != "count")
        .collect();
    let tried: BTreeSet<&str> = COMMANDS
        .iter()
        .map(|command| command.split(' ').next().unwrap())
        .filter(|command| !matches!(*command, "{}" | "--help"))
        .collect();
    assert_eq!(listed, tried);
    // And every option: they stand in the same lines.
    let mut options = 0;
    for option in help.split(|c: char| !c.is_ascii_lowercase() && c != '-') {
        if let Some(option) = option.strip_prefix("--").filter(|name| !name.is_empty()) {
            options += 1;
            let spelled = format!("--{option}");
            assert!(
                COMMANDS.iter().any(|command| command.contains(&spelled)),
                "{spelled}"
            );
        }
    }
    assert!(options >= 3, "{options} options in the help");

    let planted: BTreeSet<&str> = planted(0).iter().map(|one| one.name).collect();
    let secrets: Vec<&str> = Settings::schema()
        .fields()
        .iter()
        .filter(|field| field.shape().is_secret())
        .map(|field| field.names()[0])
        .collect();
    assert!(secrets.len() > 12);
    for secret in secrets {
        assert!(planted.contains(secret), "{secret}");
    }
}

/// The settings of the example, whose secrets are other ones.
#[test]
fn the_example_shows_none_either() {
    for sound in [true, false] {
        let mut numbers = Numbers::new(4711);
        let mut secret = || match sound {
            true => base64(&numbers.bytes(33)),
            false => format!("change-me-{}", hex(&numbers.bytes(16))),
        };
        let secrets: Vec<(&str, String)> = [
            "JWT_ACCESS_SECRET",
            "JWT_REFRESH_SECRET",
            "REFRESH_TOKEN_FINGERPRINT_PEPPER",
            "ADMIN_TOKEN",
            "HEALTH_TOKEN",
            "SENTRY_DSN",
            "DATABASE_URL",
        ]
        .into_iter()
        .map(|name| (name, secret()))
        .collect();
        let room = secrets.iter().fold(Room::new(SERVICE), |room, (name, value)| {
            let value = match *name {
                "SENTRY_DSN" => format!("https://{}@sentry.internal/1", value.replace(['/', '+'], "x")),
                "DATABASE_URL" => format!(
                    "postgres://app:{}@db.internal/app",
                    value.replace(['/', '+'], "x")
                ),
                _ => value.clone(),
            };
            room.with(*name, value)
        });
        for command in COMMANDS {
            for (name, _) in &secrets {
                let words = command
                    .split(' ')
                    .map(|word| if word == "{}" { *name } else { word });
                let said = room.run(["config"].into_iter().chain(words)).all();
                for (_, value) in &secrets {
                    Search::new(value.replace(['/', '+'], "x")).assert_silent(&said, command);
                    Search::new(value).assert_silent(&said, command);
                }
                if !command.contains("{}") {
                    break;
                }
            }
            for name in [".env", ".env.example"] {
                let _ = fs::remove_file(room.path(name));
            }
        }
    }
}

#[test]
fn what_is_written_is_said_nowhere() {
    for line in ["generate --write-env", "generate PAYMENT_TOKEN --write-env"] {
        let room = Room::new(TARGET);
        let said = room.config(line).ends_with(0).all();
        let text = room.read(".env");
        let checks = [
            "check",
            "check --json",
            "explain HEX_KEY",
            "generate --write-env",
            "generate",
        ];
        let later: String = checks.into_iter().map(|line| room.config(line).all()).collect();
        let values = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once('='));
        let mut count = 0;
        for (name, value) in values.filter(|(_, value)| !value.is_empty()) {
            Search::new(value).assert_silent(&said, name);
            Search::new(value).assert_silent(&later, name);
            count += 1;
        }
        assert!(count > 0);
    }
}
