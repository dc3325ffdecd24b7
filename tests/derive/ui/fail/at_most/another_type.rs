use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(at_most = most)]
    least: u32,
    most: u64,
}

fn main() {}
