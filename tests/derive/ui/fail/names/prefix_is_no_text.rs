use secure_config::SecureConfig;

#[derive(SecureConfig)]
#[secure(prefix = APP)]
struct Settings {
    port: u16,
}

fn main() {}
