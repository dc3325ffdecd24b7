//! figment, with dotenvy for `.env` and its own TOML for the file.

use figment::Figment;
use figment::providers::{Env, Format, Toml};

use super::{Secrets, Settings};

pub fn load() -> Settings {
    dotenvy::dotenv().expect("a sound .env");
    let figment = Figment::from(Toml::file("secrets.toml")).merge(Env::prefixed("APP_"));
    Box::new(figment.extract::<Secrets>().expect("sound settings"))
}
