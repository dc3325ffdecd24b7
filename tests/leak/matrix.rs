//! Every rule × every source × every type of secret.

use std::collections::BTreeSet;
use std::ffi::OsString;

use secure_config::{LoadError, Profile, Report, SecretBytes, SecretString, SecretUrl, SecureConfig};
use tests::{Numbers, Scratch, set_mode};

use crate::output::{self, Search};
use crate::values::{self, Value};

#[derive(Debug, SecureConfig)]
#[secure(prefix = "APP_")]
#[expect(dead_code, reason = "what is said of them matters")]
struct All {
    text: Option<SecretString>,
    #[secure(kind = "password")]
    password: Option<SecretString>,
    #[secure(kind = "passphrase", min_len = 20)]
    passphrase: Option<SecretString>,
    #[secure(kind = "token")]
    token: Option<SecretString>,
    #[secure(max_len = 40, min_bits = 200)]
    bounded: Option<SecretString>,
    #[secure(reject = ["sound", "human"], validate = refuse_text)]
    refused: Option<SecretString>,
    #[secure(min_len = 8, differs_from = text)]
    twin: Option<SecretString>,
    #[secure(env = ["APP_RENAMED", "APP_OLD_NAME", "APP_OLDER_NAME"])]
    renamed: Option<SecretString>,
    raw: Option<SecretBytes>,
    #[secure(encoding = "hex", len = 32)]
    hex: Option<SecretBytes>,
    #[secure(encoding = "base64")]
    base64: Option<SecretBytes>,
    #[secure(encoding = "base64url", max_len = 32)]
    base64url: Option<SecretBytes>,
    #[secure(encoding = "hex", validate = refuse_bytes)]
    refused_bytes: Option<SecretBytes>,
    url: Option<SecretUrl>,
    #[secure(max_len = 20, min_len = 10)]
    bounded_url: Option<SecretUrl>,
    #[secure(validate = refuse_url)]
    refused_url: Option<SecretUrl>,
    #[secure(delimiter = '|')]
    texts: Option<Vec<SecretString>>,
    #[secure(encoding = "base64")]
    keys: Option<Vec<SecretBytes>>,
    urls: Option<Vec<SecretUrl>>,
    #[secure(nested)]
    inner: Option<Inner>,
}

#[derive(Debug, SecureConfig)]
#[expect(dead_code, reason = "what is said of it matters")]
struct Inner {
    secret: SecretString,
}

fn refuse_text(_: &SecretString) -> Result<(), &'static str> {
    Err("is refused by the service")
}

fn refuse_bytes(_: &SecretBytes) -> Result<(), &'static str> {
    Err("is refused by the service")
}

fn refuse_url(_: &SecretUrl) -> Result<(), &'static str> {
    Err("is refused by the service")
}

/// The variable of every field.
const NAMES: [&str; 22] = [
    "APP_TEXT",
    "APP_PASSWORD",
    "APP_PASSPHRASE",
    "APP_TOKEN",
    "APP_BOUNDED",
    "APP_REFUSED",
    "APP_TWIN",
    "APP_RENAMED",
    "APP_OLD_NAME",
    "APP_RAW",
    "APP_HEX",
    "APP_BASE64",
    "APP_BASE64URL",
    "APP_REFUSED_BYTES",
    "APP_URL",
    "APP_BOUNDED_URL",
    "APP_REFUSED_URL",
    "APP_TEXTS",
    "APP_KEYS",
    "APP_URLS",
    "APP_INNER_SECRET",
    // Not one of them: what is said of a name that is nearly one.
    "APP_INNER_SECERT",
];

/// Those that long values are given to.
const LONG: [&str; 4] = ["APP_TEXT", "APP_BASE64", "APP_URL", "APP_TEXTS"];

#[derive(Clone, Copy, Debug)]
enum Source {
    Environment,
    /// `X_FILE`.
    File,
    /// `X_FILE` says the secret itself, where it should name a file.
    InPlaceOfFile,
    /// `X` and `X_FILE`, which contradict each other.
    Both,
    Directory,
    Credentials,
    Dotenv,
    SingleQuotes,
    DoubleQuotes,
    /// The same name in two lines.
    Twice,
    /// A line without its name.
    Stray,
}

const SOURCES: [Source; 11] = [
    Source::Environment,
    Source::File,
    Source::InPlaceOfFile,
    Source::Both,
    Source::Directory,
    Source::Credentials,
    Source::Dotenv,
    Source::SingleQuotes,
    Source::DoubleQuotes,
    Source::Twice,
    Source::Stray,
];

fn os(bytes: &[u8]) -> OsString {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        std::ffi::OsStr::from_bytes(bytes).to_owned()
    }
    #[cfg(not(unix))]
    String::from_utf8_lossy(bytes).into_owned().into()
}

fn load(source: Source, name: &str, value: &[u8], profile: Profile) -> Result<(All, Report), LoadError> {
    let scratch = Scratch::new();
    let mut vars = vec![("UNRELATED".to_owned(), OsString::new())];
    let mut loader = All::loader().profile(profile);
    let line = |quote: &[u8]| [name.as_bytes(), b"=", quote, value, quote, b"\n"].concat();
    let dotenv = |content: Vec<u8>| {
        let path = scratch.file("dotenv", content);
        // Others may read it, which is reported with its name.
        set_mode(&path, 0o644);
        path
    };
    let file = format!("{name}_FILE");
    match source {
        Source::Environment => vars.push((name.to_owned(), os(value))),
        Source::File => vars.push((file, scratch.file("value", value).into())),
        Source::InPlaceOfFile => vars.push((file, os(value))),
        Source::Both => vars.extend([(name.to_owned(), os(value)), (file, os(value))]),
        Source::Directory => {
            scratch.file(&format!("secrets/{name}"), value);
            loader = loader.secrets_dir(scratch.join("secrets"));
        }
        Source::Credentials => {
            scratch.file(&format!("credentials/{}", name.to_lowercase()), value);
            vars.push((
                "CREDENTIALS_DIRECTORY".to_owned(),
                scratch.join("credentials").into(),
            ));
        }
        Source::Dotenv => loader = loader.dotenv(dotenv(line(b""))),
        Source::SingleQuotes => loader = loader.dotenv(dotenv(line(b"'"))),
        Source::DoubleQuotes => loader = loader.dotenv(dotenv(line(b"\""))),
        Source::Twice => loader = loader.dotenv(dotenv([line(b""), line(b"'")].concat())),
        Source::Stray => loader = loader.dotenv(dotenv([value, b"\n"].concat())),
    }
    let loader = loader.vars(vars);
    loader.load_with_report()
}

/// What may be said of a value: the scheme and the host of a URL, which its `Debug` shows on purpose, and the marks of formats, which are
/// known to all.
fn public(value: &Value) -> Vec<&str> {
    const MARKS: [&str; 6] = [
        "insecure",
        "Insecure",
        "sk_test_",
        "-----BEGIN PRIVATE KEY-----",
        "password",
        "PASSWORD",
    ];
    let text = std::str::from_utf8(&value.bytes).unwrap_or_default();
    let scheme = text.find("://").map(|end| &text[..end + 3]);
    let hosts = text
        .split(['/', '@', ':'])
        .filter(|part| part.ends_with(".example.com"));
    scheme.into_iter().chain(hosts).chain(MARKS).collect()
}

/// Looks at one type of secret after the other, and gives the rules that spoke.
fn rules(profile: Profile, sources: &[Source], seed: u64) -> BTreeSet<String> {
    let mut rules = BTreeSet::new();
    for value in values::all(&mut Numbers::new(seed)) {
        let (search, public) = (Search::new(&value.bytes), public(&value));
        // Long values take long, and what is done with them depends less on the type.
        let names = if value.bytes.len() > 100_000 {
            &LONG[..]
        } else {
            &NAMES
        };
        for name in names {
            for source in sources {
                let loaded = load(*source, name, &value.bytes, profile);
                let what = format!("{} in {name} from {source:?}, {profile}", value.label);
                let said = public
                    .iter()
                    .fold(output::of(&loaded), |said, public| said.replace(public, "…"));
                search.assert_silent(&said, &what);
                let report = match &loaded {
                    Ok((_, report)) => report,
                    Err(error) => error.report(),
                };
                rules.extend(
                    report
                        .problems()
                        .chain(report.warnings())
                        .map(|one| one.kind().code().to_owned()),
                );
            }
        }
    }
    rules
}

fn assert_spoke(rules: &BTreeSet<String>, expected: &[&str]) {
    for code in expected {
        assert!(rules.contains(*code), "no value broke {code}: {rules:?}");
    }
}

#[test]
fn in_production() {
    let rules = rules(Profile::Production, &SOURCES[..6], 1);
    let expected = [
        "conflict",
        "deprecated",
        "edge_whitespace",
        "encoded_text",
        "human_text",
        "insecure_prefix",
        "invalid",
        "known_default",
        "not_ascii",
        "not_utf8",
        "placeholder",
        "predictable",
        "template",
        "too_long",
        "too_short",
        "too_weak",
        "unknown_name",
        "unreadable",
        "wrong_type",
    ];
    assert_spoke(&rules, &expected);
}

#[test]
fn in_production_from_dotenv() {
    let rules = rules(Profile::Production, &SOURCES[6..], 2);
    assert_spoke(
        &rules,
        &[
            "dotenv",
            "permissions",
            "too_short",
            "wrong_type",
            "template",
            "unreadable",
        ],
    );
}

#[test]
fn in_development() {
    let rules = rules(
        Profile::Development,
        &[Source::Environment, Source::File, Source::SingleQuotes],
        3,
    );
    assert_spoke(&rules, &["known_default", "too_short", "predictable"]);
}

#[test]
fn a_loader_says_nothing_of_what_it_was_given() {
    let secret = tests::base64(&Numbers::new(5).bytes(32));
    let loader = All::loader().vars([("APP_TEXT", &secret)]);
    Search::new(&secret).assert_silent(&format!("{loader:?}{loader:#?}"), "the loader");
}

#[test]
fn equal_secrets() {
    let mut numbers = Numbers::new(4);
    let secret = tests::base64(&numbers.bytes(32));
    for profile in [Profile::Production, Profile::Development] {
        let names = [
            "APP_TEXT",
            "APP_TWIN",
            "APP_PASSWORD",
            "APP_RAW",
            "APP_OLD_NAME",
            "APP_OLDER_NAME",
            "APP_RENAMED",
        ];
        let loaded = All::loader()
            .vars(names.map(|name| (name, secret.as_str())))
            .profile(profile)
            .load_with_report();
        let said = output::of(&loaded);
        assert!(said.contains("is the same as APP_TEXT"), "{said}");
        assert!(said.contains("is ignored"), "{said}");
        Search::new(&secret).assert_silent(&said, "equal secrets");
    }
}
