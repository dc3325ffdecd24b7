use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(nested)]
    port: u16,
}

fn main() {}
