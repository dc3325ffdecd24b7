use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = 300)]
    workers: u8,
}

fn main() {}
