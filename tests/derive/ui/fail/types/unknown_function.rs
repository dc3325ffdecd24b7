use secure_config::SecureConfig;

fn check(_: &u16) -> Result<(), &'static str> {
    Ok(())
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(validate = chekc)]
    port: u16,
}

fn main() {}
