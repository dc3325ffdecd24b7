use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = 0, range = 1..=65535)]
    port: u16,
}

fn main() {}
