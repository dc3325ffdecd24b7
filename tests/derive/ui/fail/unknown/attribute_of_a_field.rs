use secure_config::SecureConfig;

#[derive(SecureConfig)]
#[secure(min_len = 3)]
struct Settings {
    port: u16,
}

fn main() {}
