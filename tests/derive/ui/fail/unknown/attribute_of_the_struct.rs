use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(erase_env)]
    port: u16,
}

fn main() {}
