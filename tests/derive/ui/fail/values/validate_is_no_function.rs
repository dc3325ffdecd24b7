use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(validate = "check")]
    port: u16,
}

fn main() {}
