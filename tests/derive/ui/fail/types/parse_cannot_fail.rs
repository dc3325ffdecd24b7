use secure_config::SecureConfig;

struct Client;

fn parse(_: &str) -> Client {
    Client
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(parse = parse)]
    client: Client,
}

fn main() {}
