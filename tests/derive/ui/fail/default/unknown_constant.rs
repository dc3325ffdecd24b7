use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = PORT)]
    port: u16,
}

fn main() {}
