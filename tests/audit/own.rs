//! What a service adds to the checklist.

use std::io::Write;
use std::sync::{Arc, Mutex};

use secure_config::Profile;
use secure_runtime::audit::{Audit, Cadence, Item, Outcome, Section};
use secure_runtime::log::{self, LogFormat, LogOutput, LogSettings};
use tests::json::Json;
use tracing_subscriber::layer::SubscriberExt;

use crate::service::{Service, having, reason};

#[tokio::test]
async fn own_items_stand_in_their_section() {
    tests::needs!("git");
    let backups = Item::new(
        "backups-encrypted",
        "Backups are encrypted",
        Section::BeforeDeployment,
    );
    let drill = Item::new("fire-drill", "The fire drill was done", Section::Ongoing).every(Cadence::Yearly);
    let service = Service::sound();
    let audit = service
        .audit()
        .item(drill.manual("nobody can see that", "ask the porter"))
        .item(backups.fail("the bucket has no key", "set BACKUP_KEY_ID"));
    let checklist = audit.review().unwrap();
    assert_eq!(having(&checklist, Outcome::Fail), ["backups-encrypted"]);
    let sections: Vec<Section> = checklist.items().iter().map(Item::section).collect();
    assert!(sections.is_sorted_by_key(|section| *section == Section::Ongoing));
    let text = checklist.to_text();
    assert!(
        text.contains("  fail    backups-encrypted     the bucket has no key\n"),
        "{text}"
    );
    assert!(
        text.contains("  manual  fire-drill            yearly: nobody can see that\n"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_is_told_at_once() {
    let item = |id: &'static str| Item::new(id, "…", Section::Ongoing);
    let refused = Audit::new(Profile::Production)
        .item(item("Not An Id"))
        .item(item(""))
        .item(item("csp"))
        .item(item("mine"))
        .item(item("mine"))
        .assure("nothing", "…")
        .review()
        .unwrap_err()
        .to_string();
    for part in [
        "\"Not An Id\" is no id",
        "\"\" is no id",
        "csp: two items",
        "mine: two items",
        "\"nothing\": no item",
    ] {
        assert!(refused.contains(part), "{part} in {refused}");
    }
}

#[tokio::test]
async fn an_assurance_is_shown_and_hides_nothing() {
    tests::needs!("git");
    let mut service = Service::sound();
    service.has_database = false;
    let checklist = service
        .audit()
        .assure("database-pool", "the demo forgets")
        .assure("alerts", "rules are in the infrastructure repository")
        .assure("csp", "looked over")
        .review()
        .unwrap();
    assert_eq!(having(&checklist, Outcome::Fail), [""; 0]);
    assert!(having(&checklist, Outcome::Warn).contains(&"database-pool"));
    assert!(reason(&checklist, "database-pool").ends_with("; assured: the demo forgets"));
    assert_eq!(
        reason(&checklist, "alerts"),
        "assured: rules are in the infrastructure repository"
    );
    assert!(having(&checklist, Outcome::Pass).contains(&"alerts"));
    assert_eq!(reason(&checklist, "csp"), "no weak directive");
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn logged(service: &Service) -> Vec<Json> {
    let lines = Lines::default();
    let settings = LogSettings::new().format(LogFormat::Json);
    let (layer, guard) = log::layer(settings, LogOutput::writer(lines.clone())).unwrap();
    let checklist = service.review();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || checklist.log());
    drop(guard);
    let bytes = lines.0.lock().unwrap().clone();
    let text = String::from_utf8(bytes).unwrap();
    text.lines().map(|line| Json::parse(line).unwrap()).collect()
}

#[tokio::test]
async fn in_production_what_fails_is_logged_a_line_each() {
    tests::needs!("git");
    let mut service = Service::sound();
    assert_eq!(logged(&service), []);
    service.metrics = false;
    service.log.format = LogFormat::Text;
    let lines = logged(&service);
    let field = |line: &Json, key| line.get(key).and_then(Json::as_str).map(str::to_owned);
    let items: Vec<_> = lines.iter().map(|line| field(line, "item").unwrap()).collect();
    assert_eq!(items, ["json-logs", "metrics"]);
    for line in &lines {
        assert_eq!(field(line, "level").as_deref(), Some("WARN"));
        assert_eq!(field(line, "target").as_deref(), Some("secure_runtime::audit"));
        assert!(field(line, "reason").is_some() && field(line, "remedy").is_some());
    }
    service.profile = Profile::Staging;
    assert_eq!(logged(&service), []);
}
