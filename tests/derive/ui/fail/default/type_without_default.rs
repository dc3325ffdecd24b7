use secure_config::SecureConfig;

#[derive(serde::Deserialize)]
enum Mode {
    Fast,
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(default)]
    mode: Mode,
}

fn main() {}
