use secure_config::SecureConfig;

#[derive(SecureConfig)]
#[secure(prefix = "MY-APP_")]
struct Settings {
    port: u16,
}

fn main() {}
