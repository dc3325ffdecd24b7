use std::collections::HashSet;
use std::time::Duration;

use secure_config::SecureConfig;

const PORT: u16 = 80;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = [5, 300])]
    one: Duration,
    #[secure(default = [5, 300])]
    waits: Vec<Duration>,
    #[secure(default = [80, 70000])]
    ports: Vec<u16>,
    #[secure(default = ["a,b", " c", ""])]
    texts: HashSet<String>,
    #[secure(default = [1, 300], range = 1..=100)]
    percents: Vec<u16>,
    #[secure(default = ["a", "c"], one_of = ["a", "b"])]
    words: Vec<String>,
    #[secure(default = [1, 2])]
    maybe: Option<Vec<u16>>,
}

#[derive(SecureConfig)]
struct Constants {
    #[secure(default = [PORT, 443])]
    ports: Vec<u16>,
    #[secure(default = [PORT])]
    set: HashSet<u16>,
}

fn main() {}
