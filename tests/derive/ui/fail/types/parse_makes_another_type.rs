use secure_config::SecureConfig;

struct Client;

fn parse(_: &str) -> Result<u16, String> {
    Ok(1)
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(parse = parse)]
    client: Client,
}

fn main() {}
