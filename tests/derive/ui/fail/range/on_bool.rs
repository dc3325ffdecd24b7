use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(range = 0..=1)]
    debug: bool,
}

fn main() {}
