//! What the tests for silence share: the commands, a secret of each kind, and the places where it may stand.

use tests::{Numbers, base64, hex};

use crate::program::{Room, TARGET};

/// Every command that says something; `{}` is where an argument of the operator stands.
pub(crate) const COMMANDS: [&str; 21] = [
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
    "rotate {}",
    "rotate --all",
    "rotate HEX_KEY {}",
    "explain {}",
    "{}",
    "check {}",
    "explain {} {}",
    "template --{}",
    "--help",
];

/// A variable, its value, and the parts of that which are secret.
pub(crate) struct Planted {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) secrets: Vec<String>,
}

/// A secret of each kind, sound or refused in one of many ways.
pub(crate) fn planted(round: u8) -> Vec<Planted> {
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

pub(crate) const ROUNDS: u8 = 7;

/// Where the values stand.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
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
    pub(crate) const ALL: [Self; 7] = [
        Self::Environment,
        Self::Dotenv,
        Self::BrokenDotenv,
        Self::File,
        Self::Directory,
        Self::FileName,
        Self::Twice,
    ];

    pub(crate) fn room(self, planted: &[Planted]) -> Room {
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
