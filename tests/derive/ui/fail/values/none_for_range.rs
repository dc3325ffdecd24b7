use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(range)]
    port: u16,
}

fn main() {}
