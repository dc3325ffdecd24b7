use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(needs_restart = true)]
    port: u16,
}

fn main() {}
