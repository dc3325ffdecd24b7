use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(range = 0.5..=2)]
    workers: u16,
}

fn main() {}
