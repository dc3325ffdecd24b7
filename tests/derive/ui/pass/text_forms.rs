//! An enum that holds data loads where it says itself what a text makes of it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use secure_config::{ProblemKind, SecureConfig};
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
enum Listen {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl TryFrom<String> for Listen {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.strip_prefix("unix:") {
            Some(path) => Ok(Self::Unix(path.into())),
            None => text.parse().map(Self::Tcp).map_err(|_| "is no address".to_owned()),
        }
    }
}

#[derive(Debug, PartialEq)]
enum Limit {
    Off,
    PerSecond(u32),
}

impl FromStr for Limit {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "off" { Ok(Self::Off) } else { text.parse().map(Self::PerSecond) }
    }
}

/// One variant has a text, and the other has none.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
enum Mixed {
    Plain,
    #[allow(dead_code, reason = "no text makes it")]
    Data { inside: u8 },
}

/// The compiler does not find this one out: the first load does.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "it is never made")]
struct Point {
    x: u8,
    y: u8,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "it is never made")]
#[repr(u8)]
enum Never {
    One(u8),
    Two { inside: u8 },
}

#[derive(Debug, SecureConfig)]
struct Settings {
    listen: Listen,
    listens: Vec<Listen>,
    limit: Limit,
    limits: Option<Vec<Limit>>,
    mixed: Mixed,
    #[secure(parse = str::parse)]
    json: serde_json_like::Value,
}

mod serde_json_like {
    #[derive(Debug, PartialEq)]
    pub struct Value(pub String);

    impl std::str::FromStr for Value {
        type Err = String;

        fn from_str(text: &str) -> Result<Self, String> {
            Ok(Self(text.to_owned()))
        }
    }
}

#[derive(Debug, SecureConfig)]
struct Unreadable {
    #[allow(dead_code, reason = "it is never loaded")]
    point: Option<Point>,
    #[secure(default = Never::One(1))]
    #[allow(dead_code, reason = "it is never loaded")]
    never: Never,
    #[allow(dead_code, reason = "it is never loaded")]
    points: Vec<Point>,
}

fn main() {
    let vars = [
        ("LISTEN", "unix:/run/s"),
        ("LISTENS", "127.0.0.1:80, unix:/x"),
        ("LIMIT", "off"),
        ("LIMITS", "1, off"),
        ("MIXED", "plain"),
        ("JSON", "{\"a\":1}"),
    ];
    let settings = Settings::loader().vars(vars).load().unwrap();
    assert_eq!(settings.listen, Listen::Unix("/run/s".into()));
    assert_eq!(settings.listens, [Listen::Tcp("127.0.0.1:80".parse().unwrap()), Listen::Unix("/x".into())]);
    assert_eq!((settings.limit, settings.limits), (Limit::Off, Some(vec![Limit::PerSecond(1), Limit::Off])));
    assert_eq!((settings.mixed, settings.json.0.as_str()), (Mixed::Plain, "{\"a\":1}"));

    let mut bad = vars.to_vec();
    bad.push(("MIXED", "data"));
    let refused = Settings::loader().vars(bad).load().unwrap_err().to_string();
    assert!(refused.contains("4 characters that are not one of plain"), "{refused}");

    // Nothing is set, and it is told at every load all the same.
    let refused = Unreadable::loader().vars([("POINTS", "a")]).load().unwrap_err();
    let told: Vec<_> = refused.problems().map(|problem| (problem.key(), problem.kind(), problem.message())).collect();
    assert_eq!(
        told,
        [
            ("POINT", ProblemKind::WrongType, "is of the type Point, which no text makes"),
            ("NEVER", ProblemKind::WrongType, "is of the type Never, which no text makes"),
            ("POINTS", ProblemKind::WrongType, "is of the type Point, which no text makes"),
        ]
    );
}
