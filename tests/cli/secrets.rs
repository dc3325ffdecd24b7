//! No command shows a secret: every command × every kind of secret × every place × sound and refused values.

use std::fs;

use tests::{Numbers, Search, base64, hex};

use crate::program::{Room, TARGET};

/// Every command that says something; `{}` is where an argument of the operator stands.
const COMMANDS: [&str; 16] = [
    "check",
    "check --json",
    "template",
    "template --write",
    "template --update",
    "docs",
    "schema",
    "generate",
    "generate --write-env",
    "generate HEX_KEY --write-env",
    "generate {}",
    "generate {} --write-env",
    "explain {}",
    "{}",
    "check {}",
    "--help",
];

/// A variable, its value, and the parts of that which are secret.
struct Planted {
    name: &'static str,
    value: String,
    secrets: Vec<String>,
}

/// A secret of each kind, sound or refused in one of many ways.
fn planted(round: u8) -> Vec<Planted> {
    let mut numbers = Numbers::new(u64::from(round) + 77);
    let mut random = |bytes: usize| numbers.bytes(bytes);
    let (user, password) = (hex(&random(16)), hex(&random(16)));
    let (newest, oldest) = (hex(&random(32)), hex(&random(32)));
    let mut sound: Vec<Planted> = [
        ("JWT_ACCESS_SECRET", base64(&random(32))),
        ("JWT_REFRESH_SECRET", base64(&random(32))),
        ("PEPPER", base64(&random(64))),
        ("HEX_KEY", hex(&random(32))),
        ("BASE64_KEY", base64(&random(16))),
        (
            "BASE64URL_KEY",
            base64(&random(48)).replace('+', "-").replace('/', "_"),
        ),
        ("RAW_KEY", base64(&random(33))),
        ("STRONG_KEY", base64(&random(96))),
        ("ADMIN_PASSWORD", base64(&random(16))[..22].to_owned()),
        ("BACKUP_PASSPHRASE", base64(&random(24))),
        ("LONG_PASSPHRASE", base64(&random(60))),
        ("JUDGED_SECRET", format!("a{}", base64(&random(32)))),
        ("PAYMENT_TOKEN", hex(&random(16))),
        ("MAIL_PASSWORD", base64(&random(24))),
        // Plain variables, into which a secret went astray.
        ("PORT", base64(&random(24))),
        ("LETTER", base64(&random(27))),
        ("PEERS", base64(&random(24))),
    ]
    .into_iter()
    .map(|(name, value)| Planted {
        name,
        secrets: vec![value.clone()],
        value,
    })
    .collect();
    sound.push(Planted {
        name: "SENTRY_DSN",
        value: format!("https://{user}:{password}@sentry.internal/1"),
        secrets: vec![user, password],
    });
    sound.push(Planted {
        name: "RING_KEYS",
        value: format!("{newest}-{oldest}"),
        secrets: vec![newest, oldest],
    });
    for Planted { value, .. } in &mut sound {
        *value = match round {
            0 => continue,
            1 => format!("{value} "),
            2 => value[..value.len() / 2].to_owned(),
            3 => format!("${{{value}}}"),
            4 => format!("{value}\u{e9}"),
            5 => value.replace("https:", "https").repeat(9),
            _ => format!("change-me-{value}"),
        };
    }
    sound
}

const ROUNDS: u8 = 7;

/// Where the values stand.
#[derive(Clone, Copy, Debug)]
enum Place {
    Environment,
    Dotenv,
    BrokenDotenv,
    File,
    Directory,
    /// The value stands where the name of its file should.
    FileName,
    Twice,
}

impl Place {
    const ALL: [Self; 7] = [
        Self::Environment,
        Self::Dotenv,
        Self::BrokenDotenv,
        Self::File,
        Self::Directory,
        Self::FileName,
        Self::Twice,
    ];

    fn room(self, planted: &[Planted]) -> Room {
        let mut room = Room::new(TARGET);
        let mut dotenv = String::new();
        for Planted { name, value, .. } in planted {
            match self {
                Self::Environment => room = room.with(name, value),
                Self::Dotenv => dotenv += &format!("{name}='{value}'\n"),
                Self::BrokenDotenv => dotenv += &format!("{name}=\"{value}\" {value}\n{value}\n"),
                Self::File => {
                    room.scratch.file(&format!("files/{name}"), value);
                    room = room.with(format!("{name}_FILE"), format!("files/{name}"));
                }
                Self::Directory => {
                    room.scratch.file(&format!("mounted/{name}"), value);
                }
                Self::FileName => room = room.with(format!("{name}_FILE"), value),
                Self::Twice => {
                    room = room.with(name, value).with(format!("{name}_FILE"), value);
                    dotenv += &format!("{name}='{value}'\n");
                }
            }
        }
        if matches!(self, Self::Directory) {
            let path = room.path("mounted");
            room = room.with("CREDENTIALS_DIRECTORY", path);
        }
        if !dotenv.is_empty() {
            room.scratch.file(".env", dotenv);
        }
        room
    }
}

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
