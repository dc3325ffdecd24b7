//! confique, with dotenvy for `.env` and its own TOML for the file.

use confique::Config;
use secrecy::SecretString;

use super::Settings;

#[derive(Config)]
#[allow(dead_code, reason = "they only have to be in memory")]
struct Secrets {
    #[config(env = "APP_ENV_SECRET")]
    env_secret: SecretString,
    #[config(env = "APP_DOT_SECRET")]
    dot_secret: SecretString,
    file_secret: SecretString,
}

pub fn load() -> Settings {
    dotenvy::dotenv().expect("a sound .env");
    let secrets = Secrets::builder().env().file("secrets.toml").load();
    Box::new(secrets.expect("sound settings"))
}
