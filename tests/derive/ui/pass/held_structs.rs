//! A struct may stand in a `Box` or an `Arc`, alone and in an option.

use std::rc::Rc;
use std::sync::Arc;

use secure_config::SecureConfig;

#[derive(Debug, SecureConfig)]
struct Database {
    #[secure(default = 5)]
    pool: u16,
    host: String,
}

#[derive(Debug, SecureConfig)]
struct Settings {
    #[secure(nested)]
    boxed: Box<Database>,
    #[secure(nested)]
    shared: Arc<Database>,
    #[secure(nested, prefix = "RC_")]
    counted: Rc<Database>,
    #[secure(nested)]
    maybe: Option<Box<Database>>,
    #[secure(nested)]
    held: Arc<Option<Database>>,
    #[secure(nested)]
    unset: Option<Arc<Database>>,
}

fn main() {
    let vars = [("BOXED_HOST", "a"), ("SHARED_HOST", "b"), ("RC_HOST", "c"), ("MAYBE_HOST", "d"), ("HELD_HOST", "e")];
    let settings = Settings::loader().vars(vars).load().unwrap();
    let hosts = [&*settings.boxed, &settings.shared, &settings.counted, settings.maybe.as_ref().unwrap()];
    assert_eq!(hosts.map(|database| (database.host.as_str(), database.pool)), [("a", 5), ("b", 5), ("c", 5), ("d", 5)]);
    assert_eq!(settings.held.as_ref().as_ref().unwrap().host, "e");
    assert!(settings.unset.is_none());
    let shared = Arc::<Settings>::loader().vars(vars).load().unwrap();
    assert_eq!(shared.boxed.host, "a");
}
