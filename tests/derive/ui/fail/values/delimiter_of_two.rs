use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(delimiter = "::")]
    hosts: Vec<String>,
}

fn main() {}
