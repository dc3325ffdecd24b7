use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(colour = "red")]
    port: u16,
}

fn main() {}
