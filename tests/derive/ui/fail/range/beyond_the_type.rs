use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(range = 1..=70000)]
    port: u16,
}

fn main() {}
