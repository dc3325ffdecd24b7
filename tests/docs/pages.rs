//! The Markdown files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// A file and its text.
pub(crate) struct Page {
    /// Its path from the root, with `/`.
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Page {
    /// Whether rustdoc reads it, with its own kind of links.
    pub(crate) fn is_rustdoc(&self) -> bool {
        ["secure-config/src/", "secure-config/docs/"]
            .iter()
            .any(|folder| self.name.starts_with(folder))
    }
}

pub(crate) fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests are a member of the workspace")
}

/// Every page, but for what a build has left.
pub(crate) fn all() -> Vec<Page> {
    let mut pages = Vec::new();
    gather(root(), &mut pages);
    for known in [
        "README.md",
        "docs/DEFAULTS.md",
        "examples/monitoring/runbook.md",
        "secure-config/src/derive.md",
    ] {
        assert!(
            pages.iter().any(|page| page.name == known),
            "{known} is not found"
        );
    }
    pages
}

/// Everything below `folder` whose name ends like this.
pub(crate) fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                files(&path, end, found);
            }
        } else if name.ends_with(end) {
            found.push(path);
        }
    }
}

fn gather(folder: &Path, pages: &mut Vec<Page>) {
    let mut found = Vec::new();
    files(folder, ".md", &mut found);
    found.sort();
    for path in found {
        let name = path.strip_prefix(root()).expect("it is below");
        pages.push(Page {
            name: name.to_str().expect("it is UTF-8").replace('\\', "/"),
            text: fs::read_to_string(&path).expect("a text"),
        });
    }
}
