use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(generate_in_dev)]
    workers: u16,
}

fn main() {}
