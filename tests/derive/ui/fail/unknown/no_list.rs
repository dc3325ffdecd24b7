use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure]
    port: u16,
}

fn main() {}
