use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(range = 10..=1)]
    workers: u16,
}

fn main() {}
