use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(range = ..)]
    workers: u16,
}

fn main() {}
