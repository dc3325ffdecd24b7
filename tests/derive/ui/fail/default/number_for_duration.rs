use std::time::Duration;

use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = 30)]
    timeout: Duration,
}

fn main() {}
