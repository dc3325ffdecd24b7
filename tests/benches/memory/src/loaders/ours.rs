//! secure-config.

use secure_config::{SecretString, SecureConfig};

use super::Settings;

#[derive(SecureConfig)]
#[secure(prefix = "APP_", erase_env)]
#[allow(dead_code, reason = "they only have to be in memory")]
struct Secrets {
    env_secret: SecretString,
    dot_secret: SecretString,
    file_secret: SecretString,
}

pub fn load() -> Settings {
    let secrets = Secrets::loader().secrets_dir("secrets").load();
    Box::new(secrets.expect("sound settings"))
}
