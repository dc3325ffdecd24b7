use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = 1)]
    #[secure(default = 2)]
    workers: u16,
}

fn main() {}
