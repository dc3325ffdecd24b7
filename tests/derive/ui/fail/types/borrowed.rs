use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    host: &'static str,
}

fn main() {}
