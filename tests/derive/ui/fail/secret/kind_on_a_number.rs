use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(kind = "key")]
    workers: u16,
}

fn main() {}
