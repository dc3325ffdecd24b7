use secure_config::SecureConfig;

#[derive(SecureConfig)]
#[secure(needs_restart)]
struct Settings {
    port: u16,
}

fn main() {}
