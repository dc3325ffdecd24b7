use std::sync::Arc;

use secure_config::SecureConfig;
use serde::Deserialize;

#[derive(SecureConfig, Deserialize)]
struct Database {
    pool: u16,
}

#[derive(SecureConfig)]
struct Settings {
    database: Database,
    maybe: Option<Box<Database>>,
    shared: Arc<Database>,
}

fn main() {}
