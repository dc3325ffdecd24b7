//! `docs/DEFAULTS.md` beside the settings themselves.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;

use http::{Request, Response};
use hyper::service::{Service, service_fn};

use secure_config::SecureConfig;
use secure_config::describe::{Default, Kind, Schema};

use secure_runtime::headers::SecurityHeaders;
use tower_layer::Layer;

use crate::pages::{files, root};
use crate::settings::Everything;

const DEFAULTS: &str = include_str!("../../docs/DEFAULTS.md");

/// A row of the tables: the variable, its default, and why.
fn rows() -> Vec<(&'static str, &'static str, &'static str)> {
    let rows = DEFAULTS.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, default, why] = cells[..] else {
            panic!("three cells: {line}");
        };
        (name.trim_matches('`'), default, why)
    })
    .collect()
}

/// What the page has to say of each variable.
fn walk(schema: &Schema, prefix: &str, found: &mut BTreeMap<String, String>) {
    for field in schema.fields() {
        let name = if field.is_absolute() {
            field.names()[0].to_owned()
        } else {
            [prefix, field.names()[0]].concat()
        };
        if let Kind::Nested(inner) = field.shape().kind {
            walk(inner, &name, found);
            continue;
        }
        let default = match field.default() {
            Some(Default::Text("") | Default::Code("Default::default()")) => "empty".to_owned(),
            Some(Default::Text(text)) => format!("`{text}`"),
            Some(Default::Code(code)) => format!("`{code}`"),
            Some(_) => panic!("a default of another kind: {name}"),
            None if field.is_required() => "required".to_owned(),
            None => "unset".to_owned(),
        };
        assert_eq!(found.insert(name, default), None);
    }
}

#[test]
fn the_page_has_every_default_and_no_other() {
    let mut settings = BTreeMap::new();
    walk(Everything::schema(), "", &mut settings);
    let mut page = BTreeMap::new();
    for (name, default, _) in rows() {
        assert_eq!(
            page.insert(name.to_owned(), default.to_owned()),
            None,
            "{name} twice"
        );
    }
    let differ =
        |other: &BTreeMap<String, String>, name: &str, default: &String| other.get(name) != Some(default);
    let missing: Vec<_> = settings
        .iter()
        .filter(|(name, default)| differ(&page, name, default))
        .collect();
    let wrong: Vec<_> = page
        .iter()
        .filter(|(name, default)| differ(&settings, name, default))
        .collect();
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "not on the page: {missing:#?}\nno default: {wrong:#?}"
    );
}

#[test]
fn every_default_has_its_reason() {
    let rows = rows();
    assert!(rows.len() >= 80, "{}", rows.len());
    for (name, _, why) in rows {
        assert!(why.split(' ').count() >= 4, "{name}: {why}");
    }
}

#[test]
fn no_settings_are_forgotten() {
    let mut sources = Vec::new();
    files(&root().join("secure-runtime/src"), "settings.rs", &mut sources);
    let here = include_str!("settings.rs");
    let mut count = 0;
    for path in sources {
        let text = fs::read_to_string(&path).expect("a source");
        for (_, behind) in text
            .match_indices("SecureConfig)]\n")
            .map(|(at, _)| text.split_at(at))
        {
            let Some((_, name)) = behind.split_once("\npub struct ") else {
                continue;
            };
            let name = name.split([' ', '{']).next().unwrap_or_default();
            count += 1;
            assert!(
                here.contains(&format!(": {name},")),
                "{name} is not in `Everything`"
            );
        }
    }
    assert!(count >= 15, "{count}");
}

/// The table of headers, beside an answer that has them.
#[tokio::test]
async fn the_headers_are_those_that_are_sent() {
    let handler = service_fn(async |_: Request<String>| Ok::<_, Infallible>(Response::new(String::new())));
    let service = SecurityHeaders::api().build().unwrap().layer(handler);
    let answer = service.call(Request::new(String::new())).await.unwrap();
    let table = tests::markdown::section(DEFAULTS, "Security headers");
    let told: BTreeMap<&str, &str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | `"))
        .filter_map(|(name, rest)| Some((name, rest.split_once('`')?.0)))
        .filter(|(name, _)| !name.starts_with('`'))
        .collect();
    let mut sent = answer.headers().clone();
    assert!(
        sent.remove("permissions-policy").is_some(),
        "in words below the table"
    );
    let sent: BTreeMap<&str, &str> = sent
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    assert_eq!(told, sent);
}
