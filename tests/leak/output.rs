//! Everything that a load says, and the search for parts of a secret in it.

use std::error::Error;
use std::fmt::Write;
use std::panic;

use secure_config::{LoadError, Report};
pub(crate) use tests::Search;

/// Everything that can be printed of the outcome of a load.
pub(crate) fn of<T: std::fmt::Debug>(loaded: &Result<(T, Report), LoadError>) -> String {
    let report = match loaded {
        Ok((_, report)) => report,
        Err(error) => error.report(),
    };
    let mut said = format!("{report}{}", report.to_json());
    let mut say = |what: std::fmt::Arguments<'_>| said.write_fmt(what).expect("a String takes everything");
    match loaded {
        Ok((value, _)) => say(format_args!("{value:?}{value:#?}")),
        Err(error) => {
            // They are the same text, so that is looked through once.
            let text = report.to_string();
            assert_eq!(
                [error.to_string(), format!("{error:?}"), format!("{error:#?}")],
                [&*text; 3]
            );
            assert!(error.source().is_none(), "a cause could quote a value");
        }
    }
    for problem in report.problems().chain(report.warnings()) {
        say(format_args!(
            "{problem}{problem:?}{:?}{:?}",
            problem.kind(),
            problem.origin()
        ));
    }
    said
}

#[test]
fn a_panic_says_what_the_error_says() {
    use secure_config::SecureConfig;

    #[derive(Debug, SecureConfig)]
    struct Settings {
        #[expect(dead_code, reason = "it is never loaded")]
        jwt_secret: secure_config::SecretString,
    }

    let secret = "k7Rt9bNv3sLd6hYf1gJe5u";
    let unwrapped = panic::catch_unwind(|| Settings::loader().vars([("JWT_SECRET", secret)]).load().unwrap());
    let payload = unwrapped.expect_err("it panicked");
    let said = payload.downcast_ref::<String>().expect("it says why");
    assert!(said.contains("is shorter than 32 bytes"), "{said}");
    Search::new(secret).assert_silent(said, "a panic");
}
