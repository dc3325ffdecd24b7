use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    port: Prot,
}

fn main() {}
