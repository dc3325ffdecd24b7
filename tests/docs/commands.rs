//! Commands that the documentation names: what they run is there.

use std::fs;

use tests::markdown::{blocks, code_spans, section, tables};

use crate::pages::{all, files, root};

/// What the manifests call packages, programs and tests.
pub(crate) fn names() -> Vec<String> {
    let mut manifests = Vec::new();
    files(root(), "Cargo.toml", &mut manifests);
    let mut names = Vec::new();
    for manifest in manifests {
        let text = fs::read_to_string(manifest).expect("a manifest");
        let lines = text.lines().filter_map(|line| line.strip_prefix("name = "));
        names.extend(lines.map(|name| name.trim_matches('"').to_owned()));
    }
    // Programs that are named like their file.
    let mut bins = Vec::new();
    files(&root().join("tests/benches"), ".rs", &mut bins);
    let in_bin = bins
        .iter()
        .filter(|path| path.parent().is_some_and(|folder| folder.ends_with("src/bin")));
    names.extend(in_bin.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())));
    names
}

/// The words behind each `flag` in a text.
fn behind<'t>(text: &'t str, flag: &'t str) -> impl Iterator<Item = &'t str> {
    let words = text
        .match_indices(flag)
        .map(move |(at, _)| &text[at + flag.len()..]);
    words.map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)));
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[test]
fn what_cargo_is_told_to_run_is_there() {
    let names = names();
    let mut count = 0;
    for page in all() {
        for line in page.text.lines().filter(|line| line.contains("cargo ")) {
            for flag in [" -p ", " --bin ", " --test "] {
                for name in behind(line, flag) {
                    count += 1;
                    assert!(
                        names.iter().any(|known| known == name),
                        "{}: {flag}{name}",
                        page.name
                    );
                }
            }
        }
    }
    assert!(count >= 10, "{count}");
}

#[test]
fn the_config_subcommand_knows_what_it_is_asked() {
    let args = fs::read_to_string(root().join("secure-config/src/cli/args.rs")).expect("a source");
    let mut count = 0;
    for page in all() {
        for word in behind(&page.text, "service config ").chain(behind(&page.text, "-- config ")) {
            if word.is_empty() {
                continue;
            }
            count += 1;
            assert!(
                args.contains(&format!("\"{word}\"")),
                "{}: config {word}",
                page.name
            );
        }
    }
    assert!(count >= 6, "{count}");
}

/// The numbers of the comparison stand below the command that prints them.
#[test]
fn every_table_of_numbers_has_its_command() {
    let page = include_str!("../../docs/COMPARE.md");
    let mut count = 0;
    for section in page.split("\n# ").flat_map(|chapter| chapter.split("\n## ")) {
        let numbers = |line: &str| {
            line.starts_with('|')
                && line
                    .split('|')
                    .any(|cell| is_number(cell.trim().trim_matches('*')))
        };
        if !section.lines().any(numbers) {
            continue;
        }
        count += 1;
        let title = section.lines().next().unwrap_or_default();
        let commands: Vec<_> = blocks(section)
            .into_iter()
            .filter(|block| block.language() == "console")
            .collect();
        assert!(
            !commands.is_empty(),
            "{title}: nobody says where the numbers are from"
        );
        let before = section.find("```console").zip(section.find("\n|"));
        assert!(
            before.is_some_and(|(command, table)| command < table),
            "{title}: the command comes first"
        );
    }
    assert!(count >= 8, "{count} tables");
}

/// Whether a cell begins with a number: `15,725`, `2 / 1 / 1`, `3 of 3`, `13 ns`.
fn is_number(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_ascii_digit())
}

#[test]
fn scripts_that_are_named_are_there() {
    for (page, script) in [
        ("docs/COMPARE.md", "refusals/pydantic/refusals.py"),
        ("docs/COMPARE.md", "throughput/run"),
    ] {
        let text = fs::read_to_string(root().join(page)).expect("a page");
        assert!(text.contains(script), "{page} does not name {script} any more");
        assert!(root().join("tests/benches").join(script).is_file(), "{script}");
    }
}

/// Every promise of the README names the tests that hold it.
#[test]
fn the_tests_that_the_readme_names_are_there() {
    let names = names();
    let page = fs::read_to_string(root().join("README.md")).expect("a page");
    let tables = tables(section(&page, "What it promises"));
    let cells: Vec<&str> = tables
        .iter()
        .filter_map(|table| table.column("tests"))
        .flatten()
        .collect();
    assert!(cells.len() > 10, "{cells:?}");
    for cell in cells {
        let tests = code_spans(cell);
        assert!(!tests.is_empty(), "a promise without a test");
        for test in tests {
            let is_test = root().join("tests").join(test).join("main.rs").is_file();
            assert!(
                is_test && names.iter().any(|name| name == test),
                "no test {test:?}"
            );
        }
    }
}

/// The README's number of crates is that of the page of features, whose crates `tests/features` counts, and of the two of our own.
#[test]
fn the_readme_counts_the_crates_of_secure_config() {
    let read = |page: &str| fs::read_to_string(root().join(page)).expect("a page");
    let (readme, features) = (read("README.md"), read("docs/FEATURES.md"));
    let number = |text: &str, before: &str| -> usize {
        let (_, behind) = text.split_once(before).unwrap_or_else(|| panic!("no {before:?}"));
        let digits = behind
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .unwrap_or_default();
        digits
            .parse()
            .unwrap_or_else(|_| panic!("no number behind {before:?}"))
    };
    let library = section(&features, "secure-config");
    let defaults = tables(library)[0].clone();
    let row = defaults
        .rows
        .iter()
        .find(|row| row[0] == "`default`")
        .expect("the default features");
    let added: usize = row[2]
        .split(':')
        .next()
        .unwrap_or_default()
        .parse()
        .expect("a number");
    let ours = ["secure-config", "secure-config-derive"].len();
    assert_eq!(
        number(&readme, "\n`secure-config` adds "),
        number(library, "\nWithout features: ") + added + ours
    );
}
