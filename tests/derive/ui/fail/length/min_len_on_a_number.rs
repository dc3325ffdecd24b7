use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(min_len = 2)]
    workers: u16,
}

fn main() {}
