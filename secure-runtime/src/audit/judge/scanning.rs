//! Code scanning by the pipeline that builds the service.

use std::path::{Path, PathBuf};

use super::{Evidence, source};
use crate::audit::item::Verdict;

/// Folders whose YAML files are workflows.
const FOLDERS: [&str; 7] = [
    ".github/workflows",
    ".gitea/workflows",
    ".forgejo/workflows",
    ".circleci",
    ".woodpecker",
    ".buildkite",
    ".builds",
];
/// Files that are a pipeline by themselves.
const FILES: [&str; 10] = [
    ".gitlab-ci.yml",
    ".gitlab-ci.yaml",
    ".woodpecker.yml",
    ".drone.yml",
    ".travis.yml",
    ".build.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "cloudbuild.yaml",
    "Jenkinsfile",
];
/// Words by which a pipeline calls a scanner of code or dependencies, in lower case, and the name of the scanner. Uploading the findings of
/// another tool, as `codeql-action/upload-sarif` does, is not scanning.
const SCANNERS: [(&str, &str); 23] = [
    ("codeql-action/analyze", "CodeQL"),
    ("codeql database analyze", "CodeQL"),
    ("semgrep", "Semgrep"),
    ("opengrep", "Opengrep"),
    ("cargo deny", "cargo-deny"),
    ("cargo-deny", "cargo-deny"),
    ("cargo audit", "cargo-audit"),
    ("cargo-audit", "cargo-audit"),
    ("rustsec/audit-check", "cargo-audit"),
    ("actions-rust-lang/audit", "cargo-audit"),
    ("osv-scanner", "OSV-Scanner"),
    ("sast.gitlab-ci.yml", "GitLab SAST"),
    ("sast.latest.gitlab-ci.yml", "GitLab SAST"),
    ("dependency-scanning", "GitLab dependency scanning"),
    ("dependency-review-action", "dependency review"),
    ("trivy", "Trivy"),
    ("grype", "Grype"),
    ("snyk", "Snyk"),
    ("sonar", "SonarQube"),
    ("checkmarx", "Checkmarx"),
    ("veracode", "Veracode"),
    ("fortify", "Fortify"),
    ("coverity", "Coverity"),
];
/// Workflows that are read, of each folder.
const MOST_WORKFLOWS: usize = 200;

const LOOK: &str = "in the checkout: grep -rE 'cargo.(deny|audit)|codeql|semgrep' .github .gitlab-ci.yml";

pub(in crate::audit) fn code_scanning(evidence: &Evidence<'_>) -> Verdict {
    let Some(folder) = source::folder(evidence.facts) else {
        return Verdict::manual("no checkout was given", LOOK);
    };
    let root = source::root(folder);
    let mut names: Vec<&'static str> = Vec::new();
    let mut first = None;
    let workflows = workflows(&root);
    for path in &workflows {
        let found = source::text(path).map_or_else(Vec::new, |text| scanners(&text));
        if !found.is_empty() {
            first.get_or_insert(path.as_path());
        }
        for name in found {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if let Some(first) = first {
        let first = first.strip_prefix(&root).unwrap_or(first).display();
        return Verdict::pass(format!("{} in {first}", names.join(", ")));
    }
    let reason = match workflows.len() {
        0 => "the checkout has no workflow that could scan the code".to_owned(),
        1 => "the checkout has a workflow, and it runs no known scanner".to_owned(),
        count => format!("the checkout has {count} workflows, and none runs a known scanner"),
    };
    Verdict::fail(
        reason,
        "run one on every push, such as cargo deny check (examples/deploy/github/workflows/ci.yml) or CodeQL; where it is set up \
         elsewhere: Audit::assure(\"code-scanning\", …)",
    )
}

fn workflows(root: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = FILES.iter().map(|name| root.join(name)).collect();
    found.retain(|path| path.is_file());
    for folder in FOLDERS {
        let Ok(inside) = std::fs::read_dir(root.join(folder)) else {
            continue;
        };
        let is_yaml = |path: &PathBuf| path.extension().is_some_and(|end| end == "yml" || end == "yaml");
        let inside = inside.take(MOST_WORKFLOWS).filter_map(Result::ok);
        let mut inside: Vec<PathBuf> = inside.map(|entry| entry.path()).filter(is_yaml).collect();
        inside.sort_unstable();
        found.extend(inside);
    }
    found
}

/// Returns the names of the scanners that a workflow runs. What is commented out runs nothing.
fn scanners(workflow: &str) -> Vec<&'static str> {
    let lines = workflow.lines().map(|line| {
        let line = line.split(" #").next().unwrap_or_default().trim_start();
        let is_comment = line.starts_with('#') || line.starts_with("//");
        if is_comment { "" } else { line }.to_ascii_lowercase()
    });
    let text = lines.fold(String::new(), |all, line| all + &line + "\n");
    let mut names: Vec<&'static str> = Vec::new();
    for (word, name) in SCANNERS {
        if text.contains(word) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::scanners;

    #[test]
    fn what_runs_is_found_and_what_is_commented_out_is_not() {
        for (workflow, names) in [
            ("      - run: cargo deny check\n", &["cargo-deny"][..]),
            ("  - uses: EmbarkStudios/cargo-deny-action@v2\n", &["cargo-deny"]),
            (
                "- uses: github/codeql-action/init@v3\n- uses: github/codeql-action/analyze@v3\n- run: semgrep ci\n",
                &["CodeQL", "Semgrep"],
            ),
            (
                "include:\n  - template: Jobs/SAST.gitlab-ci.yml\n",
                &["GitLab SAST"],
            ),
            (
                "  - uses: rustsec/audit-check@v2 # CodeQL: not yet\n",
                &["cargo-audit"],
            ),
            ("  - uses: github/codeql-action/upload-sarif@v3\n", &[]),
            ("  # - run: cargo audit\n", &[]),
            ("  - run: cargo test # and cargo audit, one day\n", &[]),
            ("", &[]),
        ] {
            assert_eq!(scanners(workflow), names, "{workflow}");
        }
    }
}
