use secure_config::SecureConfig;

struct Client;

#[derive(SecureConfig)]
struct Settings {
    clients: Vec<Client>,
}

fn main() {}
