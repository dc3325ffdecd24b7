//! Fields of every kind may need a restart, and structs as a whole.

use std::time::Duration;

use secure_config::describe::Rule;
use secure_config::{SecretString, SecureConfig};
use elsewhere::{Database, STRONG};

type Token = SecretString;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = 8080, range = 1..=65535, needs_restart)]
    port: u16,
    #[secure(needs_restart, min_len = 32)]
    token: Option<Token>,
    #[secure(needs_restart, default = "5s")]
    timeout: Duration,
    #[secure(nested, needs_restart, prefix = "DB_")]
    database: Database,
    #[secure(nested, needs_restart)]
    replica: Option<Database>,
    limit: Option<u32>,
}

fn main() {
    let needs_restart = |name: &str| {
        let fields = Settings::schema().fields();
        let field = fields.iter().find(|field| field.ident() == name).unwrap();
        field.rules().contains(&Rule::NeedsRestart)
    };
    assert!(["port", "token", "timeout", "database", "replica"].into_iter().all(needs_restart));
    assert!(!needs_restart("limit"));
    let settings = Settings::loader().vars([("PORT", "1"), ("TOKEN", STRONG[0]), ("DB_MAX_POOL_SIZE", "2")]).load().unwrap();
    assert_eq!((settings.port, settings.timeout, settings.limit), (1, Duration::from_secs(5), None));
    assert_eq!((settings.database.max_pool_size, settings.replica.is_none()), (2, true));
    assert!(settings.token.unwrap().ct_eq(STRONG[0]));
}
