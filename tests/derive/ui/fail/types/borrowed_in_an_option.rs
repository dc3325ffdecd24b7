use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    host: Option<&'static str>,
}

fn main() {}
