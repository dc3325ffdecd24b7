use secure_config::SecureConfig;

struct Client;

fn parse(_: &[u8]) -> Result<Client, String> {
    Ok(Client)
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(parse = parse)]
    client: Client,
}

fn main() {}
