use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    port: u16 = 8080,
}

fn main() {}
