use secure_config::SecureConfig;

#[derive(SecureConfig)]
union Settings {
    port: u16,
    level: u8,
}

fn main() {}
