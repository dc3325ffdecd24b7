//! Blocks of code: Rust is compiled, shell and data are parsed, the rest is marked as what it is.

use std::fs;
use std::path::PathBuf;

use tests::markdown::{Block, blocks};
use tests::tools::run;

use crate::pages::{Page, all, root};

/// What a block that nobody compiles may say it is.
const MARKED: [&str; 12] = [
    "console", "cron", "http", "ini", "json", "promql", "python", "sh", "text", "toml", "xml", "yaml",
];

/// Every block, with where it stands.
fn every(language: &str) -> Vec<(String, Block)> {
    let mut found = Vec::new();
    for page in all() {
        for block in blocks(&page.text) {
            if block.language() == language {
                found.push((format!("{}:{}", page.name, block.line), block));
            }
        }
    }
    found
}

/// For rustdoc a block that says nothing is Rust.
fn is_rust(block: &Block, page: &Page) -> bool {
    let of_rustdoc = ["should_panic", "no_run", "compile_fail"];
    block.language() == "rust"
        || page.is_rustdoc() && (block.info.is_empty() || of_rustdoc.contains(&block.language()))
}

#[test]
fn every_block_says_what_it_is() {
    let mut count = 0;
    for page in all() {
        for block in blocks(&page.text) {
            count += 1;
            let place = format!("{}:{}", page.name, block.line);
            assert!(!block.info.contains("ignore"), "{place} is not compiled");
            assert!(
                is_rust(&block, &page) || MARKED.contains(&block.language()),
                "{place} is {:?}",
                block.info
            );
        }
    }
    assert!(count >= 50, "{count}");
}

/// The pages that a crate has in its documentation, where rustdoc compiles them.
fn compiled() -> Vec<PathBuf> {
    const CRATES: [&str; 4] = [
        "secure-config/src/lib.rs",
        "secure-config-derive/src/lib.rs",
        "secure-runtime/src/lib.rs",
        "tests/support/lib.rs",
    ];
    let mut pages = Vec::new();
    for source in CRATES.map(|path| root().join(path)) {
        let text = fs::read_to_string(&source).expect("a source");
        for (_, path) in text
            .match_indices("doc = include_str!(\"")
            .map(|(at, head)| text.split_at(at + head.len()))
        {
            let path = path.split('"').next().unwrap_or_default();
            let page = source.parent().expect("a folder").join(path);
            pages.push(page.canonicalize().expect("what is included is there"));
        }
    }
    pages
}

#[test]
fn every_page_with_rust_is_compiled() {
    let compiled = compiled();
    let mut count = 0;
    for page in all() {
        if blocks(&page.text).iter().any(|block| is_rust(block, &page)) {
            count += 1;
            let path = root().join(&page.name).canonicalize().expect("it was read");
            assert!(compiled.contains(&path), "nobody compiles {}", page.name);
        }
    }
    assert!(count >= 3, "{count}");
}

/// The commands of a block with prompts: `$` or `#`, and `>` where one goes on.
fn typed(block: &Block) -> String {
    let prompts = ["$ ", "# ", "> "];
    let typed = |line| prompts.iter().find_map(|prompt| str::strip_prefix(line, prompt));
    block
        .text
        .lines()
        .filter_map(typed)
        .fold(String::new(), |all, line| all + line + "\n")
}

#[test]
fn shell_is_shell() {
    tests::needs!("bash");
    assert!(!every("console").is_empty() && !every("sh").is_empty());
    let commands = every("console")
        .into_iter()
        .map(|(place, block)| (place, typed(&block)));
    let scripts = every("sh").into_iter().map(|(place, block)| (place, block.text));
    for (place, script) in commands.chain(scripts) {
        assert!(!script.is_empty(), "{place} has no command");
        assert_eq!(run("bash", &["-n"], None, &script), Ok(()), "{place}");
    }
}

#[test]
fn python_is_python() {
    tests::needs!("python3");
    let blocks = every("python");
    assert!(!blocks.is_empty());
    for (place, block) in blocks {
        let parse = "import ast, sys; ast.parse(sys.stdin.read())";
        assert_eq!(
            run("python3", &["-c", parse], None, &block.text),
            Ok(()),
            "{place}"
        );
    }
}

#[test]
fn json_is_json() {
    for (place, block) in every("json") {
        let parsed = serde_json::from_str::<serde_json::Value>(&block.text);
        assert!(parsed.is_ok(), "{place}: {parsed:?}");
    }
}
