//! The JSON Schema, judged by a validator of others.

use serde_json::{Map, Value, json};

use crate::program::{Room, SERVICE, TARGET, value};

fn schema(program: &'static str) -> Value {
    let said = Room::new(program).config("schema").ends_with(0);
    tests::json::Json::parse(&said.out).expect("no key stands twice");
    serde_json::from_str(&said.out).expect("it is JSON")
}

/// What a `.env` file sets, as a document.
fn document(text: &str) -> Map<String, Value> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

fn generated(program: &'static str) -> Map<String, Value> {
    let room = Room::new(program);
    room.config("generate --write-env").ends_with(0);
    document(&room.read(".env"))
}

/// Whether the schema takes the document with these changes; `null` takes a name away.
fn takes(schema: &Value, document: &Map<String, Value>, changes: &Value) -> bool {
    let mut document = document.clone();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => document.remove(name),
            value => document.insert(name.clone(), value.clone()),
        };
    }
    jsonschema::draft202012::new(schema)
        .unwrap()
        .is_valid(&Value::Object(document))
}

#[test]
fn schemas_are_valid_draft_2020_12() {
    for program in [SERVICE, TARGET] {
        let schema = schema(program);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        jsonschema::draft202012::meta::validate(&schema).expect("it is a schema");
    }
}

#[test]
fn the_schema_of_the_example_takes_good_documents_and_refuses_bad_ones() {
    let (schema, good) = (schema(SERVICE), generated(SERVICE));
    let key = value("K=4vYpN0cDM5sCbOnqI0SwZ9kIlqyrmLpDxcZSgXjKT4Q", "K").unwrap();
    for change in [
        json!({}),
        json!({ "PORT": "8443" }),
        json!({ "PORT": 8443, "LOG_LEVEL": "WARN", "PATH": "/usr/bin", "ADMIN_EXPOSED": "No" }),
        json!({ "ADMIN_EXPOSED": true, "DRAIN_TIMEOUT": "25s", "TLS_CERT_PATH": "/run/tls.pem" }),
        json!({ "JWT_ACCESS_SECRET": null, "JWT_ACCESS_SECRET_FILE": "/run/secrets/jwt" }),
        json!({ "ADMIN_TOKEN": key }),
        json!({ "ADMIN_TOKEN": "" }),
    ] {
        assert!(takes(&schema, &good, &change), "{change}");
    }
    for change in [
        json!({ "JWT_ACCESS_SECRET": null }),
        json!({ "JWT_ACCESS_SECRET": "" }),
        json!({ "JWT_ACCESS_SECRET": "short" }),
        json!({ "JWT_ACCESS_SECRET": 12345678 }),
        json!({ "JWT_ACCESS_SECRET_FILE": "/run/secrets/jwt" }),
        json!({ "JWT_ACCESS_SECRET": null, "JWT_ACCESS_SECRET_FILE": 1 }),
        json!({ "PORT": "80a" }),
        json!({ "PORT": 70000 }),
        json!({ "PORT": "70000" }),
        json!({ "PORT": -1 }),
        json!({ "PORT": [8080] }),
        json!({ "ADMIN_EXPOSED": "perhaps" }),
        json!({ "DRAIN_TIMEOUT": "25" }),
        json!({ "ADMIN_TOKEN": "short" }),
    ] {
        assert!(!takes(&schema, &good, &change), "{change}");
    }
}

#[test]
fn every_kind_of_field_is_described() {
    let (schema, good) = (schema(TARGET), generated(TARGET));
    for change in [
        json!({}),
        json!({ "JWT_REFRESH_SECRET": null, "JWT_OLD_SECRET": good["JWT_REFRESH_SECRET"] }),
        json!({ "SHARE": 0.25, "DEGREES": -128, "LETTER": "é", "PATIENCE": "1h30m" }),
        json!({ "SHARE": "1e-1", "DEGREES": " -40 ", "PEERS": "10.0.0.1:80, 10.0.0.2:80", "DEBUG": "oFF" }),
        json!({ "SENTRY_DSN": "https://key@sentry.internal/1", "LOG_LEVEL": "" }),
        json!({ "GREETING": "anything\nat all" }),
    ] {
        assert!(takes(&schema, &good, &change), "{change}");
    }
    for change in [
        json!({ "JWT_REFRESH_SECRET": null }),
        json!({ "HEX_KEY": "00" }),
        json!({ "HEX_KEY": good["BASE64_KEY"] }),
        json!({ "BASE64_KEY": good["HEX_KEY"] }),
        json!({ "ADMIN_PASSWORD": "a".repeat(25) }),
        json!({ "SHARE": 1.5 }),
        json!({ "DEGREES": -129 }),
        json!({ "DEGREES": "cold" }),
        json!({ "DEGREES": "128" }),
        json!({ "PORT": "0" }),
        json!({ "LETTER": "ab" }),
        json!({ "PATIENCE": "long" }),
        json!({ "LOG_LEVEL": "LOUD" }),
        json!({ "SENTRY_DSN": "nowhere" }),
        json!({ "PEERS": 1 }),
    ] {
        assert!(!takes(&schema, &good, &change), "{change}");
    }
}

#[test]
fn secrets_are_marked_and_have_no_value() {
    let schema = schema(TARGET);
    for (name, property) in schema["properties"].as_object().unwrap() {
        let is_secret = property.get("writeOnly").is_some();
        assert_eq!(
            is_secret,
            property["description"].as_str().unwrap().contains("(secret") || name == "RING_KEYS",
            "{name}"
        );
        assert!(!(is_secret && property.get("default").is_some()), "{name}");
    }
    assert_eq!(schema["properties"]["JWT_OLD_SECRET"]["deprecated"], true);
    assert_eq!(schema["properties"]["PORT"]["default"], "8080");
}

#[test]
fn a_range_holds_inside_a_string_too() {
    let schema = schema(TARGET);
    let validator = |name: &str| jsonschema::draft202012::new(&schema["properties"][name]).unwrap();
    let (port, degrees) = (validator("PORT"), validator("DEGREES"));
    for number in 0..200_000_u32 {
        let is_port = (1..=65_535).contains(&number);
        assert_eq!(port.is_valid(&json!(number.to_string())), is_port, "{number}");
    }
    for number in -2000..2000_i32 {
        let is_degree = i8::try_from(number).is_ok();
        assert_eq!(
            degrees.is_valid(&json!(number.to_string())),
            is_degree,
            "{number}"
        );
    }
    for (text, is_valid) in [
        ("+80", true),
        (" 080 ", true),
        ("-1", false),
        ("8 0", false),
        ("0x50", false),
        ("000", false),
    ] {
        assert_eq!(port.is_valid(&json!(text)), is_valid, "{text}");
    }
    assert!(degrees.is_valid(&json!("-0")));
}
