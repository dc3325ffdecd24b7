//! Each loader, used as its documentation shows.

mod config;
mod confique;
mod envy;
mod figment;
mod ours;

use std::any::Any;

use secrecy::SecretString;
use serde::Deserialize;

/// What a loader made; all that matters is that it lives.
type Settings = Box<dyn Any>;

/// The loaders, and how they load.
pub const LOADERS: [(&str, fn() -> Settings); 6] = [
    ("envy", envy::load),
    ("dotenvy + envy", envy::load_with_dotenvy),
    ("figment", figment::load),
    ("config", config::load),
    ("confique", confique::load),
    ("secure-config", ours::load),
];

/// The three secrets, as serde fills them.
#[derive(Deserialize)]
#[allow(dead_code, reason = "they only have to be in memory")]
struct Secrets {
    env_secret: SecretString,
    dot_secret: Option<SecretString>,
    file_secret: Option<SecretString>,
}
