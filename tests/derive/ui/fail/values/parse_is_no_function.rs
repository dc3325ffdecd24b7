use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(parse = 8)]
    port: u16,
}

fn main() {}
