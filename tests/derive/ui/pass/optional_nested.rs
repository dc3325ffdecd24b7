//! `Option<nested>` is `None` when nothing of it is set, and otherwise as strict as the struct.

use secure_config::{ProblemKind, SecretString, SecureConfig};

#[derive(Debug, SecureConfig)]
struct Smtp {
    host: String,
    #[secure(default = 587)]
    port: u16,
    password: Option<SecretString>,
}

#[derive(Debug, SecureConfig)]
struct Settings {
    #[secure(nested)]
    smtp: Option<Smtp>,
}

fn load(vars: &[(&str, &str)]) -> Result<Settings, secure_config::LoadError> {
    Settings::loader().vars(vars.iter().copied()).load()
}

fn main() {
    assert!(load(&[]).unwrap().smtp.is_none());
    assert!(load(&[("SMTP_HOST", "")]).unwrap().smtp.is_none());

    let smtp = load(&[("SMTP_HOST", "mail")]).unwrap().smtp.unwrap();
    assert_eq!((smtp.host.as_str(), smtp.port), ("mail", 587));
    assert!(smtp.password.is_none());

    let error = load(&[("SMTP_PORT", "25")]).unwrap_err();
    let problem = error.problems().next().unwrap();
    assert_eq!((problem.key(), problem.kind()), ("SMTP_HOST", ProblemKind::Missing));
}
