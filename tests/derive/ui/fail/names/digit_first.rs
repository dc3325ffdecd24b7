use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(env = "8080_PORT")]
    port: u16,
}

fn main() {}
