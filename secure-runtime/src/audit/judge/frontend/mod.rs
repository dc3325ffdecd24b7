//! Pages in a browser: no debug output on its console, and no inline script without a nonce.

mod console;
mod html;

use std::path::Path;

use super::{Evidence, source};
use crate::audit::item::Verdict;

/// Names of files whose whole text is script.
const SCRIPTS: [&str; 10] = [
    ".js", ".mjs", ".jsx", ".ts", ".mts", ".tsx", ".cts", ".vue", ".svelte", ".astro",
];
/// Names of files with script in elements.
const PAGES: [&str; 3] = [".html", ".htm", ".xhtml"];
/// Findings that are shown; the rest are counted.
const SHOWN: usize = 3;

const MEND: &str = "remove the calls, or let the bundler drop them (esbuild: --drop:console, terser: drop_console); give each inline \
                    script the nonce of its response";
const LOOK: &str = "in the frontend: grep -rnE 'console\\.(log|debug|info|trace|dir|table)' .";

pub(in crate::audit) fn frontend_console(evidence: &Evidence<'_>) -> Verdict {
    let facts = evidence.facts;
    let mut faults = Faults::default();
    for (name, page) in &facts.pages {
        for script in html::inline_scripts(page) {
            let line = line_of(page, script.at);
            if !script.has_nonce {
                faults.add(format!("{name} line {line} has an inline script without a nonce"));
            }
            if let Some((_, call)) = console::calls(script.code).next() {
                faults.add(format!("{name} line {line} calls {call}"));
            }
        }
    }
    if let Some(faults) = faults.text() {
        return Verdict::fail(faults, MEND);
    }
    // A folder that the service names is what browsers get; scripts of a checkout may be for something else.
    let is_named = facts.frontend.is_some();
    let Some(folder) = facts.frontend.as_deref().or_else(|| source::folder(facts)) else {
        return Verdict::manual("no frontend folder and no checkout was given", LOOK);
    };
    let files = match look(folder, &mut faults) {
        Ok(files) => files,
        Err(why) => return Verdict::manual(why, LOOK),
    };
    match (faults.text(), is_named) {
        (Some(faults), true) => Verdict::fail(faults, MEND),
        (Some(faults), false) => Verdict::warn(
            faults,
            "if browsers get these files, remove the calls; else give the frontend's own folder to Audit::frontend",
        ),
        (None, true) if files == 0 => Verdict::manual(
            format!("{} holds no script and no page", folder.display()),
            "give the folder that browsers get to Audit::frontend",
        ),
        (None, _) if files == 0 => Verdict::pass("the checkout holds no script and no page"),
        (None, _) => Verdict::pass(format!("no debug output in {files} scripts and pages")),
    }
}

/// Looks at every script and page below a folder.
fn look(folder: &Path, faults: &mut Faults) -> Result<usize, String> {
    let ends = |name: &str, with: &[&str]| {
        let name = name.to_ascii_lowercase();
        with.iter().any(|end| name.ends_with(end))
    };
    let wanted = |name: &str| ends(name, &SCRIPTS) || ends(name, &PAGES);
    source::walk(folder, wanted, |path, text| {
        let name = path.strip_prefix(folder).unwrap_or(path).display();
        let mut note = |at, call: &str| faults.add(format!("{name} line {} calls {call}", line_of(text, at)));
        if ends(&path.to_string_lossy(), &PAGES) {
            for script in html::inline_scripts(text) {
                console::calls(script.code).for_each(|(at, call)| note(script.at + at, call));
            }
        } else {
            console::calls(text).for_each(|(at, call)| note(at, call));
        }
    })
}

fn line_of(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at);
    before.filter(|byte| **byte == b'\n').count() + 1
}

/// The first findings, and how many there are.
#[derive(Default)]
struct Faults {
    shown: Vec<String>,
    more: usize,
}

impl Faults {
    fn add(&mut self, fault: String) {
        if self.shown.len() < SHOWN {
            self.shown.push(fault);
        } else {
            self.more += 1;
        }
    }

    fn text(&self) -> Option<String> {
        let text = self.shown.join("; ");
        match self.more {
            _ if text.is_empty() => None,
            0 => Some(text),
            more => Some(format!("{text}; and {more} more")),
        }
    }
}
