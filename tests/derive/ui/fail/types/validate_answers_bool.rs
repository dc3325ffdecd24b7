use secure_config::SecureConfig;

fn check(port: &u16) -> bool {
    *port > 1024
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(validate = check)]
    port: u16,
}

fn main() {}
