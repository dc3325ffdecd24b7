use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(defualt = 8080)]
    port: u16,
}

#[derive(SecureConfig)]
struct Service {
    #[secure(nested)]
    settings: Settings,
}

fn load() -> Result<Service, secure_config::LoadError> {
    let service = Service::load()?;
    println!("{}", service.settings.port);
    Ok(service)
}

fn main() {}
