use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    größe: u16,
}

fn main() {}
