use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    ports: Vec<Option<u16>>,
}

fn main() {}
