use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(min_bits = 64)]
    host: String,
}

fn main() {}
