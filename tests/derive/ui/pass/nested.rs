//! Structs in structs in structs, some of them from another crate.

use secure_config::SecureConfig;
use elsewhere::{Database, Tls};

#[derive(SecureConfig)]
struct Listener {
    #[secure(default = 8080)]
    port: u16,
    #[secure(nested)]
    tls: Tls,
}

#[derive(SecureConfig)]
struct Front {
    #[secure(nested)]
    public: Listener,
    #[secure(nested, prefix = "ADM_")]
    admin: Listener,
}

#[derive(SecureConfig)]
#[secure(prefix = "SHOP_")]
struct Settings {
    #[secure(nested)]
    front: Front,
    #[secure(nested)]
    database: Database,
    #[secure(nested, prefix = "")]
    inline: Tls,
}

fn main() {
    let vars = [
        ("SHOP_FRONT_PUBLIC_PORT", "1"),
        ("SHOP_FRONT_ADM_PORT", "2"),
        ("SHOP_FRONT_ADM_TLS_CERTIFICATE", "/a"),
        ("SHOP_DATABASE_MAX_POOL_SIZE", "3"),
        ("SHOP_CERTIFICATE", "/b"),
    ];
    let settings = Settings::loader().vars(vars).load().unwrap();
    assert_eq!((settings.front.public.port, settings.front.admin.port), (1, 2));
    assert_eq!(settings.front.admin.tls.certificate.unwrap().to_str(), Some("/a"));
    assert_eq!(settings.database.max_pool_size, 3);
    assert_eq!(settings.inline.certificate.unwrap().to_str(), Some("/b"));
    assert!(settings.front.public.tls.certificate.is_none());
}
