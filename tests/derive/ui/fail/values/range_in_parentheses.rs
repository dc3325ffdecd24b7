use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(range(min = 10))]
    least: u16,
    #[secure(range(max = 10))]
    most: u16,
    #[secure(range(min = 1, max = 10))]
    both: u16,
    #[secure(range(1, 10))]
    pair: u16,
    #[secure(range(1..=10))]
    range: u16,
}

fn main() {}
