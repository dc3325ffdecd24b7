use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default(8080))]
    port: u16,
}

fn main() {}
