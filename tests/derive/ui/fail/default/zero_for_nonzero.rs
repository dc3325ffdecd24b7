use std::num::NonZeroU16;

use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = 0)]
    workers: NonZeroU16,
}

fn main() {}
