use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(at_most = mots)]
    least: u32,
    most: u32,
}

fn main() {}
