use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(at_most = 100)]
    least: u32,
    most: u32,
}

fn main() {}
