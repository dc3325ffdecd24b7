use secure_config::SecureConfig;

#[derive(SecureConfig)]
#[secure(crate = 7)]
struct Settings {
    port: u16,
}

fn main() {}
