//! Functions, closures, constants and calls, wherever an attribute takes an expression.

use std::str::FromStr;
use std::time::Duration;

use secure_config::{SecretString, SecureConfig};

mod checks {
    pub const MOST: u16 = 9000;

    pub fn even(port: &u16) -> Result<(), &'static str> {
        if port % 2 == 0 { Ok(()) } else { Err("must be even") }
    }

    pub fn no_spaces(secret: &secure_config::SecretString) -> Result<(), &'static str> {
        if secret.expose_secret().contains(' ') { Err("holds a space") } else { Ok(()) }
    }
}

#[derive(Debug, PartialEq)]
struct Rate {
    per_second: u32,
}

impl Rate {
    const DEFAULT: Self = Self { per_second: 5 };
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_suffix("/s").ok_or("does not end in /s")?;
        let per_second = number.parse().map_err(|error: std::num::ParseIntError| error.to_string())?;
        Ok(Self { per_second })
    }
}

struct Key;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = 8080, range = 1024..=checks::MOST, validate = checks::even)]
    port: u16,
    #[secure(default = Duration::from_secs(30))]
    timeout: Duration,
    #[secure(default = Rate::DEFAULT, parse = Rate::from_str)]
    rate: Rate,
    #[secure(parse = str::parse)]
    maybe: Option<Rate>,
    #[secure(default = vec!["a".to_owned()])]
    hosts: Vec<String>,
    #[secure(generate_in_dev, validate = checks::no_spaces)]
    jwt_secret: SecretString,
    #[secure(parse = |_: &str| Ok::<_, std::convert::Infallible>(Key))]
    unnamed: Key,
    #[secure(default = { let ten = 10; ten * 2 }, range = ..=i64::MAX)]
    block: i64,
    #[secure(validate = |value: &u8| if *value == 3 { Err("is three") } else { Ok(()) })]
    option: Option<u8>,
}

fn main() {
    let load = |vars: &[(&'static str, &'static str)]| {
        let loader = Settings::loader().vars([("UNNAMED", "x")].iter().chain(vars).copied());
        loader.profile(secure_config::Profile::Development).load()
    };
    let settings = load(&[("MAYBE", "7/s")]).unwrap();
    assert_eq!((settings.port, settings.timeout), (8080, Duration::from_secs(30)));
    assert_eq!((settings.rate, settings.maybe), (Rate { per_second: 5 }, Some(Rate { per_second: 7 })));
    assert_eq!((settings.hosts, settings.block, settings.option), (vec!["a".to_owned()], 20, None));
    let (_, _) = (settings.jwt_secret, settings.unnamed);

    let error = load(&[("PORT", "1025"), ("RATE", "7"), ("MAYBE", "x/s"), ("OPTION", "3")]).err().unwrap();
    let report = error.to_string();
    assert_eq!(error.problems().len(), 4, "{report}");
    assert!(report.contains("must be even") && report.contains("does not end in /s") && report.contains("is three"));
}
