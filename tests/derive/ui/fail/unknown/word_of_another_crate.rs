use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(rename = "PORT")]
    listen: u16,
}

fn main() {}
