//! One struct by each loader; what goes wrong as its own errors say it, by `{}` and by `{:?}`.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use envconfig::Envconfig;
use secrecy::SecretString;
use serde::Deserialize;

/// The loaders, the best of the field and ours.
pub const ALL: [&str; 7] = [
    "envy 0.4",
    "envconfig 0.11",
    "figment 0.10",
    "config 0.15",
    "confique 0.4",
    "conf 0.4",
    "secure-config",
];

/// Loads by one of them.
pub fn load(loader: &str) -> Result<(), String> {
    match loader.split(' ').next().unwrap_or_default() {
        "envy" => told(envy::from_env::<Settings>()),
        "envconfig" => told(<ByEnvconfig as Envconfig>::init_from_env()),
        "figment" => {
            let figment = figment::Figment::from(figment::providers::Env::raw());
            told(figment.extract::<Settings>())
        }
        "config" => {
            let sources = config::Config::builder().add_source(config::Environment::default());
            told(
                sources
                    .build()
                    .and_then(config::Config::try_deserialize::<Settings>),
            )
        }
        "confique" => told(<ByConfique as confique::Config>::builder().env().load()),
        "conf" => told(<ByConf as conf::Conf>::try_parse_from([""], std::env::vars_os())),
        _ => told(<Ours as secure_config::SecureConfig>::load()),
    }
}

fn told<T, E: Display + Debug>(loaded: Result<T, E>) -> Result<(), String> {
    loaded.map(drop).map_err(|error| format!("{error}\n{error:?}"))
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Settings {
    session_secret: SecretString,
    port: u16,
    pool_size: u32,
    region: String,
}

#[derive(Envconfig)]
#[allow(dead_code)]
struct ByEnvconfig {
    #[envconfig(from = "SESSION_SECRET")]
    session_secret: SecretText,
    #[envconfig(from = "PORT")]
    port: u16,
    #[envconfig(from = "POOL_SIZE")]
    pool_size: u32,
    #[envconfig(from = "REGION")]
    region: String,
}

/// `SecretString` for those that read by `FromStr`, which secrecy does not implement.
struct SecretText(#[allow(dead_code)] SecretString);

impl FromStr for SecretText {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.into()))
    }
}

#[derive(confique::Config)]
#[allow(dead_code)]
struct ByConfique {
    #[config(env = "SESSION_SECRET")]
    session_secret: SecretString,
    #[config(env = "PORT")]
    port: u16,
    #[config(env = "POOL_SIZE")]
    pool_size: u32,
    #[config(env = "REGION")]
    region: String,
}

#[derive(conf::Conf)]
#[allow(dead_code)]
struct ByConf {
    /// Signs the sessions.
    #[arg(env, secret)]
    session_secret: SecretText,
    /// Where it listens.
    #[arg(env)]
    port: u16,
    /// Connections.
    #[arg(env)]
    pool_size: u32,
    /// Where it runs.
    #[arg(env)]
    region: String,
}

#[derive(secure_config::SecureConfig)]
#[allow(dead_code)]
struct Ours {
    session_secret: secure_config::SecretString,
    port: u16,
    pool_size: u32,
    region: String,
}
