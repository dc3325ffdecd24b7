use secure_config::SecureConfig;

struct Dsn;

fn parse(_: &str) -> Result<Dsn, String> {
    Ok(Dsn)
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(parse = parse)]
    sentry_dsn: Dsn,
}

fn main() {}
