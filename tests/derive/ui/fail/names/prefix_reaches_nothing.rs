use secure_config::SecureConfig;

#[derive(SecureConfig)]
#[secure(prefix = "APP_")]
struct Settings {
    #[secure(env = "PORT")]
    port: u16,
    #[secure(env = ["HOST", "OLD_HOST"])]
    host: String,
}

#[derive(SecureConfig)]
#[secure(prefix = "APP_")]
struct Outer {
    #[secure(env = "NAME")]
    name: String,
    #[secure(nested, prefix = "INNER_")]
    inner: Option<Inner>,
}

#[derive(SecureConfig)]
struct Inner {
    #[secure(env = "INSIDE")]
    inside: u16,
}

fn main() {}
