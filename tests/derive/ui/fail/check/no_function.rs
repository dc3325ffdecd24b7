use secure_config::SecureConfig;

#[derive(SecureConfig)]
#[secure(check = "consistent")]
struct Settings {
    port: u16,
}

fn main() {}
