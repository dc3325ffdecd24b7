//! envy, alone and with dotenvy; neither reads files of secrets, so std does.

use secrecy::SecretString;

use super::{Secrets, Settings};

pub fn load() -> Settings {
    let mut secrets: Secrets = envy::prefixed("APP_").from_env().expect("sound settings");
    let file = std::fs::read_to_string("secrets/app_file_secret").expect("a file");
    secrets.file_secret = Some(SecretString::from(file.trim()));
    Box::new(secrets)
}

pub fn load_with_dotenvy() -> Settings {
    dotenvy::dotenv().expect("a sound .env");
    load()
}
