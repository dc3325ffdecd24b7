use std::ops::Range;
use std::time::SystemTime;

use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    ports: Range<u16>,
    since: Option<SystemTime>,
    nothing: (),
    outcome: Result<u16, String>,
}

fn main() {}
