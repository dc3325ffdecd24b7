//! Types of the service that serde reads from one value need no annotation.

use std::borrow::Cow;
use std::num::NonZeroU8;

use secure_config::{ProblemKind, SecureConfig};
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Level {
    #[default]
    VeryLow,
    High,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Name(String);

#[derive(Debug, PartialEq, Deserialize)]
struct Percent(u8);

#[derive(Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
struct Even(u32);

impl TryFrom<String> for Even {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.parse() {
            Ok(number) if number % 2 == 0 => Ok(Self(number)),
            _ => Err(format!("{text} is odd")),
        }
    }
}

type MaybeLevel = Option<Level>;

#[derive(Debug, SecureConfig)]
struct Settings {
    level: Level,
    maybe: Option<Level>,
    alias: MaybeLevel,
    levels: Vec<Level>,
    maybe_levels: Option<Vec<Level>>,
    #[secure(default)]
    own: Level,
    #[secure(default = "high")]
    text: Level,
    #[secure(default = Level::High, in_production = Level::High)]
    made: Level,
    name: Name,
    percent: Percent,
    even: Even,
    cow: Cow<'static, str>,
    boxed: Box<str>,
    #[secure(delimiter = '|')]
    names: Vec<Name>,
    optional_number: Option<Percent>,
    small: Option<NonZeroU8>,
}

fn vars() -> Vec<(&'static str, &'static str)> {
    vec![
        ("LEVEL", "very-low"),
        ("LEVELS", "high, very-low,"),
        ("NAME", "a, b"),
        ("PERCENT", "50"),
        ("EVEN", "4"),
        ("COW", "moo"),
        ("BOXED", "b"),
        ("NAMES", "a,b | c"),
    ]
}

fn main() {
    let settings = Settings::loader().vars(vars()).load().unwrap();
    assert_eq!(settings.level, Level::VeryLow);
    assert_eq!((settings.maybe, settings.alias, settings.maybe_levels), (None, None, None));
    assert_eq!(settings.levels, [Level::High, Level::VeryLow]);
    assert_eq!([settings.own, settings.text, settings.made], [Level::VeryLow, Level::High, Level::High]);
    assert_eq!((settings.name, settings.percent), (Name("a, b".into()), Percent(50)));
    assert_eq!((settings.even, settings.cow, &*settings.boxed), (Even(4), "moo".into(), "b"));
    assert_eq!(settings.names, [Name("a,b".into()), Name("c".into())]);
    assert_eq!((settings.optional_number, settings.small), (None, None));

    let mut bad = vars();
    bad.extend([("LEVEL", "medium"), ("PERCENT", "300"), ("EVEN", "3"), ("MAYBE", "none"), ("LEVELS", "high,low")]);
    let error = Settings::loader().vars(bad).load().unwrap_err();
    let report = error.to_string();
    assert_eq!(error.problems().len(), 5, "{report}");
    assert!(error.problems().all(|problem| problem.kind() == ProblemKind::WrongType));
    assert!(report.contains("6 characters that are not one of very-low, high"), "{report}");
}
