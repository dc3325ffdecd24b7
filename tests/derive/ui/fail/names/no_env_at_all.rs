use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(env = [])]
    port: u16,
}

fn main() {}
