use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = true)]
    workers: u16,
}

fn main() {}
