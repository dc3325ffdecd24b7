//! Nothing in a `.env` file makes a load panic, wait, or quote the file.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz dotenv tests/fuzz/corpus/dotenv tests/fuzz/seeds/dotenv`
#![no_main]

use std::fs;

use secure_config::{Profile, SecretString, SecureConfig};

#[derive(Debug, SecureConfig)]
#[allow(dead_code, reason = "whether it loads matters")]
struct Settings {
    a: Option<SecretString>,
    b: Option<String>,
    #[secure(default = 1, range = 1..=9)]
    c: u8,
}

libfuzzer_sys::fuzz_target!(|content: &[u8]| {
    let path = std::env::temp_dir().join(format!("secure-config-fuzz-{}", std::process::id()));
    fs::write(&path, content).expect("the temporary directory can be written");
    let loaded = Settings::loader().vars([("X", "")]).dotenv(&path).profile(Profile::Test).load_with_report();
    let report = match &loaded {
        Ok((_, report)) => report,
        Err(error) => error.report(),
    };
    let lines = content.split(|&byte| byte == b'\n').count();
    for problem in report.problems().filter(|problem| problem.kind().code() == "dotenv") {
        let rest = problem.message().strip_prefix("line ").expect("it says where");
        let line: usize = rest.split(' ').next().and_then(|line| line.parse().ok()).expect("it is a number");
        assert!((1..=lines).contains(&line), "{problem} of {lines} lines");
    }
    // Control characters of the file must not reach a terminal.
    let said = format!("{report}{}", report.to_json());
    assert!(!said.replace('\n', "").contains(char::is_control), "{said:?}");
});
