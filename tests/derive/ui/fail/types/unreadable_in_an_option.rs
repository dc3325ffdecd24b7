use secure_config::SecureConfig;

struct Client;

#[derive(SecureConfig)]
struct Settings {
    client: Option<Client>,
}

fn main() {}
