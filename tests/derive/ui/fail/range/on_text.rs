use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(range = 1..=10)]
    host: String,
}

fn main() {}
