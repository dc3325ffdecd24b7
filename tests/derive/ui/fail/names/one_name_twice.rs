use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(env = ["PORT", "PORT"])]
    port: u16,
}

fn main() {}
