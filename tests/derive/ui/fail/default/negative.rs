use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = -1)]
    workers: u8,
}

fn main() {}
