use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(at_most = most)]
    least: Unordered,
    most: Unordered,
}

#[derive(serde::Deserialize)]
struct Unordered;

fn main() {}
