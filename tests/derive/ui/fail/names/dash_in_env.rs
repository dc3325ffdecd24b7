use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(env = "HTTP-PORT")]
    port: u16,
}

fn main() {}
