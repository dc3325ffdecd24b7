use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    table: Vec<Vec<u16>>,
}

fn main() {}
