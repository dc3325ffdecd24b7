//! What is looked at in a checkout: scripts and pages, and the workflows that scan the code.

use std::os::unix::fs::symlink;

use secure_config::Profile;
use secure_runtime::audit::{Audit, Checklist, Outcome};
use tests::Scratch;

use crate::service::{having, reason};

/// An audit that looks at this checkout, and at nothing else.
fn audit(room: &Scratch) -> Audit {
    Audit::new(Profile::Production).checkout(room.path())
}

fn outcome(checklist: &Checklist, id: &str) -> Outcome {
    let item = checklist.items().iter().find(|item| item.id() == id);
    item.unwrap().outcome()
}

#[test]
fn debug_output_in_the_checkout_deserves_a_look() {
    let room = Scratch::new();
    room.file("Cargo.toml", "");
    room.file("README.html", "<code>console.log(1)</code>");
    let sound = audit(&room).review().unwrap();
    assert_eq!(outcome(&sound, "frontend-console"), Outcome::Pass);
    assert_eq!(
        reason(&sound, "frontend-console"),
        "no debug output in 1 scripts and pages"
    );
    // It may be a tool's: whether browsers get it is the service's to say.
    room.file("web/b.ts", "a();\n  console\n    .log(b)\n");
    room.file("web/a.html", "<p>\n<script>\nconsole.info(1)\n</script>");
    let found = audit(&room).review().unwrap();
    assert_eq!(outcome(&found, "frontend-console"), Outcome::Warn);
    assert_eq!(
        reason(&found, "frontend-console"),
        "web/a.html line 3 calls info; web/b.ts line 2 calls log"
    );
    let named = audit(&room).frontend(room.join("web")).review().unwrap();
    assert_eq!(outcome(&named, "frontend-console"), Outcome::Fail);
}

#[test]
fn what_is_built_fetched_or_hidden_is_not_source() {
    let room = Scratch::new();
    room.file("Cargo.toml", "");
    for folder in ["node_modules/x", ".cache", "target/doc"] {
        room.file(&format!("{folder}/a.js"), "console.log(1)");
    }
    room.file("target/CACHEDIR.TAG", "");
    symlink(room.join("target/doc/a.js"), room.join("link.js")).unwrap();
    symlink("/", room.join("machine")).unwrap();
    let checklist = audit(&room).review().unwrap();
    assert_eq!(
        reason(&checklist, "frontend-console"),
        "the checkout holds no script and no page"
    );
}

#[test]
fn a_folder_that_is_no_source_or_cannot_be_read_is_for_a_person() {
    let room = Scratch::new();
    room.file("app.js", "console.log(1)");
    let elsewhere = audit(&room).review().unwrap();
    assert!(having(&elsewhere, Outcome::Manual).contains(&"frontend-console"));
    assert!(having(&elsewhere, Outcome::Manual).contains(&"code-scanning"));
    // Too much to read: nothing is claimed about it.
    room.file("Cargo.toml", "");
    room.file("app.js", "x".repeat(8 * 1024 * 1024 + 1));
    let large = audit(&room).review().unwrap();
    assert_eq!(outcome(&large, "frontend-console"), Outcome::Manual);
    for folder in ["nowhere", "empty"] {
        let named = audit(&room).frontend(room.join(folder)).review().unwrap();
        assert_eq!(outcome(&named, "frontend-console"), Outcome::Manual, "{folder}");
        room.file("empty/notes.txt", "");
    }
}

#[test]
fn every_kind_of_pipeline_is_looked_at() {
    for (file, text, found) in [
        (
            ".gitlab-ci.yml",
            "include:\n  - template: Jobs/SAST.gitlab-ci.yml\n",
            "GitLab SAST",
        ),
        (
            ".github/workflows/scan.yaml",
            "- uses: github/codeql-action/analyze@v3\n",
            "CodeQL",
        ),
        (".forgejo/workflows/a.yml", "- run: cargo audit\n", "cargo-audit"),
        ("Jenkinsfile", "sh 'semgrep ci'\n", "Semgrep"),
    ] {
        let room = Scratch::new();
        room.file(".git/HEAD", "");
        room.file("service/Cargo.toml", "");
        let inside = || {
            Audit::new(Profile::Production)
                .checkout(room.join("service"))
                .review()
                .unwrap()
        };
        assert_eq!(outcome(&inside(), "code-scanning"), Outcome::Fail, "{file}");
        room.file(file, text);
        assert_eq!(reason(&inside(), "code-scanning"), format!("{found} in {file}"));
    }
}
