use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(at_most = most)]
    least: Vec<u32>,
    most: Vec<u32>,
}

fn main() {}
