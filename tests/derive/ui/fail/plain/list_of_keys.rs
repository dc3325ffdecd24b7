use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    api_keys: Vec<String>,
}

fn main() {}
