//! Links inside the repository.

use std::fs;
use std::path::Path;

use tests::markdown::{anchors, links};

use crate::pages::{Page, all, root};

/// What is wrong with a link, if anything.
fn fault(page: &Page, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target
        .split_once('#')
        .map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let folder = Path::new(&page.name).parent().unwrap_or(Path::new(""));
    let file = if path.is_empty() {
        root().join(&page.name)
    } else {
        root().join(folder).join(path)
    };
    if !file.exists() {
        return Some("is not there".to_owned());
    }
    let anchor = anchor?;
    let text = fs::read_to_string(&file).unwrap_or_default();
    let known = anchors(&text);
    (!known.iter().any(|one| one == anchor)).then(|| format!("has no such heading, but {known:?}"))
}

#[test]
fn every_link_inside_the_repository_leads_somewhere() {
    let mut faults = Vec::new();
    let mut count = 0;
    // The links of the others are rustdoc's, which looks after them by itself.
    for page in all().iter().filter(|page| !page.is_rustdoc()) {
        for link in links(&page.text) {
            count += 1;
            if let Some(fault) = fault(page, &link.target) {
                faults.push(format!("{}:{}: {} {fault}", page.name, link.line, link.target));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 50, "there are links: {count}");
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let page = Page {
        name: "docs/X.md".to_owned(),
        text: "# Here\n".to_owned(),
    };
    for target in ["NOTHING.md", "../README.md#nothing", "../docs"] {
        assert_eq!(fault(&page, target).is_some(), target != "../docs", "{target}");
    }
    for target in [
        "INCIDENT.md",
        "../README.md#what-it-promises",
        "https://example.com/#x",
    ] {
        assert_eq!(fault(&page, target), None, "{target}");
    }
}
