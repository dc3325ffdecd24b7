use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    pepper: Box<str>,
}

fn main() {}
