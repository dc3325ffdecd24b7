//! A user may deny every lint that clippy has an opinion with: the code of the derive gives none a reason.
#![deny(clippy::all, clippy::cargo, clippy::nursery, clippy::pedantic)]

use std::time::Duration;

use secure_config::{SecretBytes, SecretString, SecretUrl, SecureConfig};

#[derive(Debug, SecureConfig)]
struct Database {
    url: Option<SecretUrl>,
    #[secure(default = 50, range = 1..=1000)]
    max_pool_size: u32,
}

#[derive(Debug, SecureConfig)]
#[secure(prefix = "APP_")]
struct Settings {
    #[secure(min_len = 32, reject = ["change_this_secret"], generate_in_dev)]
    jwt_secret: SecretString,
    #[secure(encoding = "hex", len = 32, differs_from = jwt_secret)]
    key: Option<SecretBytes>,
    #[secure(default = 8080, range = 1..=65535)]
    port: u16,
    #[secure(default = 0.5, range = 0..=1)]
    ratio: f32,
    #[secure(default = Duration::from_secs(5))]
    timeout: Duration,
    #[secure(default, in_production = false)]
    debug: bool,
    #[secure(default = "INFO", one_of = ["INFO", "WARN"], validate = check)]
    log_level: String,
    #[secure(parse = str::parse, validate = |parsed: &u8| if *parsed > 9 { Err("is above 9") } else { Ok(()) })]
    parsed: Option<u8>,
    #[secure(default = 1, parse = |text: &str| text.parse::<u8>())]
    closure: u8,
    #[secure(nested)]
    database: Database,
    #[secure(nested, prefix = "REPLICA_")]
    replica: Option<Database>,
}

const fn check(level: &str) -> Result<(), &'static str> {
    if level.is_empty() { Err("is empty") } else { Ok(()) }
}

#[test]
fn it_loads() {
    let settings = Settings::loader()
        .vars([("APP_ENV", "dev")])
        .load()
        .expect("all has a default");
    let Settings {
        jwt_secret,
        key,
        port,
        ratio,
        timeout,
        debug,
        log_level,
        parsed,
        closure,
        database,
        replica,
    } = settings;
    assert!(!jwt_secret.ct_eq("") && key.is_none() && parsed.is_none() && replica.is_none() && !debug);
    assert_eq!(
        (closure, port, timeout, log_level.as_str()),
        (1, 8080, Duration::from_secs(5), "INFO")
    );
    assert!((0.4..0.6).contains(&ratio));
    assert!(database.url.is_none() && database.max_pool_size == 50);
}
