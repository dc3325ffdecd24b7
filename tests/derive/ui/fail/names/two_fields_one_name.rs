use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(env = "PORT")]
    port: u16,
    #[secure(env = "PORT")]
    listen: u16,
}

fn main() {}
