use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(check = is_fine)]
    port: u16,
}

fn main() {}
