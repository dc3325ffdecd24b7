use secure_config::SecureConfig;

fn parse(text: &str) -> Result<u16, std::num::ParseIntError> {
    text.parse()
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(parse = parse, range = 1..=2)]
    port: u16,
}

fn main() {}
