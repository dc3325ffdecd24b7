//! `docs/GUIDE.md`, `docs/INCIDENT.md` and `docs/RUNBOOK.md` beside the guide's items, the audit and the files that they name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use secure_config::gate::{Policy, judge};
use secure_runtime::audit::{Cadence, Entry, Section, entries};
use secure_runtime::headers::SecurityHeaders;
use tests::markdown::{Table, anchors, code_spans, links, tables};

use crate::pages::root;

const GUIDE: &str = include_str!("../../docs/GUIDE.md");
const INCIDENT: &str = include_str!("../../docs/INCIDENT.md");
const RUNBOOK: &str = include_str!("../../docs/RUNBOOK.md");

/// The guide's list "Before Deployment", in its order.
const BEFORE: [&str; 13] = [
    "Change all default secrets in `.env`",
    "Run config validation",
    "Enable security headers middleware",
    "Setup HTTPS with valid SSL certificate",
    "Enable HSTS header",
    "Configure Content Security Policy",
    "Setup rate limiting",
    "Enable structured logging",
    "Configure error tracking (Sentry)",
    "Review CORS origins",
    "Disable debug mode",
    "Remove console.logs from frontend",
    "Setup monitoring/alerting",
];

/// The guide's list "Ongoing Security", in its order.
const ONGOING: [&str; 7] = [
    "Regular dependency updates",
    "Security audit logs review",
    "Monitor failed login attempts",
    "Check health endpoint regularly",
    "Review error reports",
    "Penetration testing",
    "Code security scanning",
];

/// The guide's headings, as they stand on the page, with the number of rows below each at least.
const HEADINGS: [(&str, usize); 13] = [
    ("1. Environment Validation", 6),
    ("2. Structured Logging", 4),
    ("3. Security Headers", 7),
    ("4. Enhanced Health Check", 6),
    ("Before Deployment", 13),
    ("Ongoing Security", 7),
    ("Required Environment Variables", 4),
    ("Health Check Monitoring", 2),
    ("Additional Security Recommendations", 6),
    ("Performance Monitoring", 4),
    ("If Breach Detected", 9),
    ("Emergency Contacts", 3),
    ("Incident Response", 0),
];

/// The tables below a heading of the page.
fn below(page: &str, heading: &str) -> Vec<Table> {
    let mut tables = tables(page);
    tables.retain(|table| table.heading == heading);
    tables
}

fn in_the_guide(heading: &str) -> Vec<String> {
    let tables = below(GUIDE, heading);
    let cells = tables.iter().filter_map(|table| table.column("in the guide"));
    cells.flatten().map(str::to_owned).collect()
}

#[test]
fn every_heading_and_item_of_the_guide_is_named() {
    for (heading, count) in HEADINGS {
        let marked = |level: &str| GUIDE.contains(&format!("\n{level} {heading}\n"));
        assert!(marked("##") || marked("###"), "no heading {heading:?}");
        assert!(in_the_guide(heading).len() >= count, "{heading}");
    }
    assert_eq!(in_the_guide("Before Deployment"), BEFORE);
    assert_eq!(in_the_guide("Ongoing Security"), ONGOING);
    for name in ["NODE_ENV", "LOG_LEVEL", "SENTRY_DSN", "PROMETHEUS_ENABLED"] {
        let rows = in_the_guide("Required Environment Variables");
        assert!(rows.iter().any(|row| row.contains(name)), "{name}");
    }
    for service in ["UptimeRobot", "Pingdom", "StatusCake", "Better Uptime"] {
        assert!(in_the_guide("Health Check Monitoring")[1].contains(service));
    }
    let phases = in_the_guide("If Breach Detected");
    let phases: Vec<&str> = phases.iter().filter_map(|row| row.split(": ").next()).collect();
    assert_eq!(
        phases,
        [["Immediate"; 3], ["Investigation"; 3], ["Communication"; 3]].concat()
    );
}

#[test]
fn the_six_headers_of_the_guide_are_sent_and_six_more() {
    let layer = SecurityHeaders::api().build().unwrap();
    let headers = layer.headers(true);
    let sent: BTreeSet<&str> = headers.keys().map(|name| name.as_str()).collect();
    let rows = in_the_guide("3. Security Headers");
    let named: BTreeSet<String> = rows[1..]
        .iter()
        .map(|row| row.trim_matches('`').to_ascii_lowercase())
        .collect();
    assert_eq!(named.len(), 6);
    assert!(named.iter().all(|name| sent.contains(name.as_str())), "{sent:?}");
    assert!(GUIDE.contains("\nSix more are sent"));
    assert_eq!(sent.len(), 12);
}

/// The text of what a link of the page leads to: a file, or the files of a folder.
fn text_of(path: &Path) -> String {
    if !path.is_dir() {
        return fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let mut inside: Vec<PathBuf> = fs::read_dir(path)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    inside.sort();
    inside.iter().map(|path| text_of(path)).collect()
}

/// A row that names what its files do not hold is out of date.
#[test]
fn every_row_is_shown_by_its_files() {
    let mut count = 0;
    let mut faults = Vec::new();
    for table in tables(GUIDE) {
        let (features, shown) = (table.column("our feature"), table.column("shown by"));
        let (features, shown) = features.zip(shown).expect("every table has both columns");
        for (feature, shown) in features.into_iter().zip(shown) {
            count += 1;
            let (names, linked) = (code_spans(feature), links(shown));
            if names.is_empty() || linked.is_empty() {
                faults.push(format!(
                    "{}: {feature:?} names nothing, or no file",
                    table.heading
                ));
            }
            for link in linked {
                let path = link.target.split('#').next().unwrap_or_default();
                let text = text_of(&root().join("docs").join(path));
                if !names.iter().any(|name| text.contains(name)) {
                    faults.push(format!("{}: {path} holds none of {names:?}", table.heading));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 70, "{count} rows");
}

/// The items of the audit that a page names in a section, and whether it calls them manual.
fn named(page: &str, heading: &str) -> BTreeMap<String, bool> {
    let mut named = BTreeMap::new();
    for table in below(page, heading) {
        for cell in table.column("item of the audit").expect("a column of items") {
            for item in cell.split(", ") {
                let id = code_spans(item)[0].to_owned();
                assert_eq!(
                    named.insert(id, item.ends_with(" (manual)")),
                    None,
                    "{item} twice"
                );
            }
        }
    }
    named
}

fn of(section: Section) -> impl Iterator<Item = &'static Entry> {
    entries().filter(move |entry| entry.section() == section)
}

#[test]
fn the_guide_and_the_audit_have_the_same_items() {
    for (heading, section) in [
        ("Before Deployment", Section::BeforeDeployment),
        ("Ongoing Security", Section::Ongoing),
    ] {
        let audit: BTreeMap<String, bool> = of(section)
            .map(|entry| (entry.id().to_owned(), !entry.is_automatic()))
            .collect();
        assert_eq!(named(GUIDE, heading), audit, "{heading}");
    }
}

/// The documentation of the audit has a row for each item, too.
#[test]
fn the_audit_documents_every_item() {
    let text = fs::read_to_string(root().join("secure-runtime/src/audit/mod.rs")).expect("a source");
    let mut known: BTreeSet<String> = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with("//! | `")) {
        let row = line.trim_start_matches("//! | ");
        let items = row.split(" | ").next().unwrap_or_default();
        // `secrets-changed`, `-strong` shares the first word.
        let mut stem = "";
        for name in code_spans(items) {
            if name.starts_with('-') {
                known.insert(format!("{stem}{name}"));
            } else {
                stem = name.split('-').next().unwrap_or_default();
                known.insert(name.to_owned());
            }
        }
    }
    let all: BTreeSet<String> = entries().map(|entry| entry.id().to_owned()).collect();
    assert_eq!(known, all);
}

#[test]
fn the_runbook_has_the_ongoing_tasks_with_the_times_of_the_audit() {
    let mut times = BTreeMap::new();
    let tables = below(RUNBOOK, "Ongoing security");
    let [guide, beyond] = &tables[..] else {
        panic!("{} tables", tables.len());
    };
    assert_eq!(guide.column("task").unwrap(), ONGOING);
    for table in [guide, beyond] {
        let (items, often) = (table.column("item of the audit"), table.column("how often"));
        let rows = items.unwrap().into_iter().zip(often.unwrap());
        times.extend(rows.map(|(item, often)| (code_spans(item)[0].to_owned(), often.to_owned())));
    }
    let audit: BTreeMap<String, String> = of(Section::Ongoing)
        .map(|entry| {
            let cadence = entry.cadence().map_or("", Cadence::as_str);
            (entry.id().to_owned(), cadence.to_owned())
        })
        .collect();
    assert_eq!(times, audit);
}

/// The phases and contacts have the guide's names, in its order.
#[test]
fn an_incident_has_the_phases_of_the_guide() {
    let found = anchors(INCIDENT);
    let phases = [
        "1-immediate",
        "rotate-all-secrets",
        "force-logout-of-all-users",
        "enable-maintenance-mode",
        "2-investigation",
        "review-the-logs-by-request_id",
        "check-for-unauthorized-access",
        "identify-the-attack-vector",
        "3-communication",
        "notify-the-affected-users",
        "document-the-incident",
        "report-if-the-law-requires-it",
        "4-afterwards",
    ];
    let phases_found: Vec<&String> = found
        .iter()
        .filter(|one| phases.contains(&one.as_str()))
        .collect();
    assert_eq!(phases_found, phases);
    for contact in ["Security team email", "On-call rotation"] {
        let tables = below(RUNBOOK, "Emergency contacts");
        assert!(tables[0].column("role").unwrap().contains(&contact), "{contact}");
    }
    assert!(anchors(RUNBOOK).contains(&"incident-response-procedures".to_owned()));
}

/// The guide prints values to copy, and a service that has copied them does not start.
#[test]
fn the_values_that_the_guide_prints_are_refused() {
    for value in [
        "change_this_secret",
        "your_secure_random_32_plus_character_secret_here",
        "another_secure_random_32_plus_character_secret",
        "yet_another_32_plus_chars_secret",
    ] {
        assert!(judge(value.as_bytes(), &Policy::key()).is_refused(), "{value}");
    }
}
