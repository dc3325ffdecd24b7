//! Checks of several fields: functions, methods, closures and paths with parameters, of the struct and of some fields.

use elsewhere::Database;
use secure_config::{Check, SecureConfig};

fn any<T>(_: &T, _: &mut Check<'_>) {}

fn of_two(port: &Option<u16>, r#type: &String, check: &mut Check<'_>) {
    if port.is_some() && r#type == "unix" {
        check.refuse("type", "has no port");
    }
}

#[derive(SecureConfig)]
#[secure(check = Settings::consistent, check = any::<Settings>)]
#[secure(check = |this: &Settings, check: &mut Check<'_>| if this.port == Some(1) { check.refuse("port", "is odd") })]
#[secure(check = of_two(port, r#type), check = any(database), check = Database::is_small(database))]
struct Settings {
    port: Option<u16>,
    #[secure(default = "tcp")]
    r#type: String,
    #[secure(nested)]
    database: Database,
}

impl Settings {
    fn consistent(&self, check: &mut Check<'_>) {
        if self.database.max_pool_size == 7 {
            check.refuse("database.max_pool_size", "is seven");
        }
    }
}

trait IsSmall {
    fn is_small(&self, check: &mut Check<'_>);
}

impl IsSmall for Database {
    fn is_small(&self, check: &mut Check<'_>) {
        if self.max_pool_size > 999 {
            check.refuse_with("database.max_pool_size", "is large", "lower it");
        }
    }
}

/// A generic struct has checks, too.
#[derive(SecureConfig)]
#[secure(check = Wrapper::<T>::check)]
struct Wrapper<T: SecureConfig> {
    #[secure(nested)]
    inner: T,
    #[secure(default = 1)]
    count: u8,
}

impl<T: SecureConfig> Wrapper<T> {
    fn check(&self, check: &mut Check<'_>) {
        if self.count == 0 {
            check.refuse("count", "is nothing");
        }
    }
}

fn main() {
    let problems = |vars: &[(&'static str, &'static str)]| {
        let error = Wrapper::<Settings>::loader().vars(vars.to_vec()).load().err();
        error.map_or(Vec::new(), |error| error.problems().map(|problem| problem.key().to_owned()).collect())
    };
    assert_eq!(problems(&[]), [""; 0]);
    assert_eq!(problems(&[("INNER_PORT", "1"), ("INNER_TYPE", "unix")]), ["INNER_TYPE", "INNER_PORT"]);
    assert_eq!(problems(&[("INNER_DATABASE_MAX_POOL_SIZE", "7"), ("COUNT", "x")]), ["INNER_DATABASE_MAX_POOL_SIZE", "COUNT"]);
    assert_eq!(problems(&[("INNER_DATABASE_MAX_POOL_SIZE", "1000"), ("COUNT", "0")]), ["INNER_DATABASE_MAX_POOL_SIZE"]);
    assert_eq!(problems(&[("COUNT", "0")]), ["COUNT"]);
}
