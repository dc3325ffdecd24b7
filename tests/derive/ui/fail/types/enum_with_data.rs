use std::path::PathBuf;
use std::sync::Arc;

use secure_config::SecureConfig;
use serde::Deserialize;

#[derive(Deserialize)]
enum Store {
    Memory,
    Disk { path: PathBuf },
}

#[derive(Deserialize)]
enum Rate {
    Off,
    PerSecond(u32),
}

#[derive(Deserialize)]
enum Small {
    Off,
    On(u8),
}

#[derive(SecureConfig)]
struct Settings {
    store: Store,
    rate: Option<Rate>,
    small: Vec<Small>,
    shared: Arc<Store>,
    #[secure(default = Store::Memory)]
    made: Store,
}

fn main() {}
