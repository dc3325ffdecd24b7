//! Text, JSON and SARIF: sound in form, and without a secret.

use secure_runtime::audit::{Checklist, Item, Outcome, Section};
use serde_json::Value;
use tests::{STRONG, json::Json};

use crate::service::{PASSWORD, Service};

/// What an attacker may have put into a text.
const HOSTILE: &str = "a\u{1b}[31m\"\\\n\u{202e}b";

/// A checklist with every outcome, and a text of others in it.
fn mixed() -> Checklist {
    let mut service = Service::sound();
    service.metrics = false;
    service.cors = service.cors.origin("https://b.example.com");
    let own = Item::new("own", "One of its own", Section::Ongoing);
    let audit = service.audit().item(own.warn(HOSTILE, HOSTILE));
    audit.review().unwrap()
}

#[tokio::test]
async fn the_text_has_a_line_for_each_item() {
    tests::needs!("git");
    let checklist = mixed();
    let text = checklist.to_text();
    let first = text.lines().next().unwrap();
    let count = |outcome| checklist.having(outcome).count();
    assert_eq!(
        first,
        format!(
            "deployment checklist: 1 failed, {} to look at, {} to do by hand, {} passed (profile: production)",
            count(Outcome::Warn),
            count(Outcome::Manual),
            count(Outcome::Pass)
        )
    );
    for item in checklist.items() {
        let start = format!("  {:6}  {} ", item.outcome().as_str(), item.id());
        assert_eq!(
            text.lines().filter(|line| line.starts_with(&start)).count(),
            1,
            "{start}"
        );
    }
    assert!(!text.contains(['\u{1b}', '\u{202e}']));
    assert!(text.contains(r#"a\u{1b}[31m"\\n\u{202e}b"#), "{text}");
    let coloured = checklist.to_coloured_text();
    assert!(coloured.contains("\x1b[1;31mfail  \x1b[0m"));
    assert!(!coloured.contains("\u{1b}[31m\""), "a foreign code is escaped");
}

#[tokio::test]
async fn the_json_says_the_same() {
    tests::needs!("git");
    let checklist = mixed();
    let line = checklist.to_json();
    assert!(!line.contains('\n'));
    let json = Json::parse(&line).unwrap();
    assert_eq!(json.get("event").and_then(Json::as_str), Some("audit"));
    assert_eq!(json.get("refused"), Some(&Json::Bool(false)));
    let summary = json.get("summary").unwrap();
    assert_eq!(summary.keys(), ["fail", "warn", "manual", "pass"]);
    assert_eq!(summary.get("fail"), Some(&Json::Number("1".to_owned())));
    let Some(Json::Array(items)) = json.get("items") else {
        panic!("no items in {line}");
    };
    assert_eq!(items.len(), checklist.items().len());
    for (json, item) in items.iter().zip(checklist.items()) {
        assert_eq!(
            json.keys(),
            ["id", "title", "section", "cadence", "outcome", "reason", "remedy"]
        );
        assert_eq!(json.get("id").and_then(Json::as_str), Some(item.id()));
        assert_eq!(
            json.get("outcome").and_then(Json::as_str),
            Some(item.outcome().as_str())
        );
        assert_eq!(json.get("reason").and_then(Json::as_str), Some(item.reason()));
        assert_eq!(json.get("remedy").and_then(Json::as_str), item.remedy());
    }
}

/// The schema that OASIS publishes with the standard.
const SARIF_SCHEMA: &str = include_str!("sarif-2.1.0.schema.json");

#[tokio::test]
async fn the_sarif_log_is_one_by_its_schema() {
    tests::needs!("git");
    let mut schema: Value = serde_json::from_str(SARIF_SCHEMA).unwrap();
    // Its one pattern that is not a valid regular expression, corrected.
    for holder in ["run", "toolComponent"] {
        let at = format!("/definitions/{holder}/properties/language/pattern");
        *schema.pointer_mut(&at).unwrap() = "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$".into();
    }
    assert!(
        schema["$id"]
            .as_str()
            .or(schema["id"].as_str())
            .unwrap()
            .contains("sarif-schema-2.1.0")
    );
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut broken = Service::sound();
    broken.vars.clear();
    for checklist in [mixed(), Service::sound().review(), broken.review()] {
        let text = checklist.to_sarif();
        let log: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0]);

        // Read and written again by the types of others, nothing is lost: no property is unknown.
        let typed: serde_sarif::sarif::Sarif = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(&typed).unwrap(), log);

        let run = &log["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), checklist.items().len());
        for (result, item) in results.iter().zip(checklist.items()) {
            assert_eq!(result["ruleId"], item.id());
            let rule = &run["tool"]["driver"]["rules"]
                [usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], item.id());
            let (kind, level) = match item.outcome() {
                Outcome::Fail => ("fail", "error"),
                Outcome::Warn => ("fail", "warning"),
                Outcome::Manual => ("review", "none"),
                _ => ("pass", "none"),
            };
            assert_eq!((&result["kind"], &result["level"]), (&kind.into(), &level.into()));
            // What code scanning does not do without.
            assert!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string());
        }
    }
    // A log that is none is refused.
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{"results": []}]})));
}

/// Every form of a checklist.
fn forms(checklist: &Checklist) -> [String; 5] {
    [
        checklist.to_text(),
        checklist.to_coloured_text(),
        checklist.to_json(),
        checklist.to_sarif(),
        format!("{checklist:?}"),
    ]
}

#[tokio::test]
async fn no_form_holds_a_secret() {
    tests::needs!("git");
    let secrets: Vec<String> = STRONG
        .iter()
        .map(|text| (*text).to_owned())
        .chain([PASSWORD.to_owned()])
        .collect();
    let mut services = vec![Service::sound()];
    // Refused, for a reason of each secret: the others stay secret, and so does the bad one.
    let odd = "Zz9Qm2vTz8";
    for (name, _) in crate::service::vars() {
        let mut service = Service::sound();
        service.set(name, odd);
        services.push(service);
    }
    // A build that fails, and says more than it should.
    let mut talkative = Service::sound();
    talkative.unbuilt = Some(format!(
        "cannot open postgres://app:{PASSWORD}@db.example.com/app with {}",
        STRONG[2]
    ));
    services.push(talkative);
    for service in &services {
        // Alive, so that what others say can be masked.
        let alive: Vec<secure_config::SecretString> = secrets
            .iter()
            .map(|text| secure_config::SecretString::new(text))
            .collect();
        let own = Item::new("own", "One of its own", Section::Ongoing).fail(
            format!("the token {} is old", STRONG[5]),
            format!("exchange {}", STRONG[5]),
        );
        let checklist = service.audit().item(own).review().unwrap();
        for form in forms(&checklist) {
            for secret in &secrets {
                assert!(!form.contains(secret.as_str()), "{secret} in {form}");
            }
            assert!(!form.contains(odd), "{form}");
        }
        drop(alive);
    }
}
