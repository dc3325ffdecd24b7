//! The same 20 fields, by each loader.

mod confique;
mod envconfig;
mod envy;
mod figment;
mod handwritten;
mod ours;

/// What the gate alone does of our load: no peer judges secrets.
pub const GATE: &str = "of which the gate";

/// Each loader; the hand-written one is the floor, and frozen.
pub const ALL: [(&str, fn()); 7] = [
    ("hand-written", handwritten::load),
    ("secure-config", ours::load),
    (GATE, ours::judge),
    ("envconfig", envconfig::load),
    ("confique", confique::load),
    ("envy", envy::load),
    ("figment", figment::load),
];

use std::str::FromStr;
use std::time::Duration;

/// How much is logged.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "error" => Ok(Self::Error),
            "warn" => Ok(Self::Warn),
            "info" => Ok(Self::Info),
            "debug" => Ok(Self::Debug),
            _ => Err("unknown level".into()),
        }
    }
}

/// A duration for loaders that know none.
#[derive(Clone, Copy, Debug)]
pub struct Seconds(#[allow(dead_code)] pub Duration);

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let seconds = text.strip_suffix('s').ok_or("no unit")?;
        seconds.parse().map(Duration::from_secs).map(Self).map_err(|_| "no number".into())
    }
}

impl<'de> serde::Deserialize<'de> for Seconds {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A list for loaders that know none.
#[derive(Clone, Debug)]
pub struct List(#[allow(dead_code)] pub Vec<String>);

impl FromStr for List {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.split(',').map(str::to_owned).collect()))
    }
}
