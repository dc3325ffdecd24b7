use secure_config::SecureConfig;

fn check(_: &str) -> Result<(), &'static str> {
    Ok(())
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(validate = check)]
    port: u16,
}

fn main() {}
