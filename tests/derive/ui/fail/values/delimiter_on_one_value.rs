use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(delimiter = ";")]
    host: String,
}

fn main() {}
