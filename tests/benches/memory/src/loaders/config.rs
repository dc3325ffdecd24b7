//! config, with dotenvy for `.env` and its own TOML for the file.

use config::{Config, Environment, File};

use super::{Secrets, Settings};

pub fn load() -> Settings {
    dotenvy::dotenv().expect("a sound .env");
    let config = Config::builder()
        .add_source(File::with_name("secrets.toml"))
        .add_source(Environment::with_prefix("APP"))
        .build()
        .expect("readable sources");
    Box::new(config.try_deserialize::<Secrets>().expect("sound settings"))
}
