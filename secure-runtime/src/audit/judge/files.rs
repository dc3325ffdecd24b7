//! Files: `.env`, and the source where there is one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Evidence;
use super::configuration;
use super::tool::{Ended, run};
use crate::audit::item::Verdict;

const CHMOD: &str = "chmod 600 .env";

pub(in crate::audit) fn env_file(evidence: &Evidence<'_>) -> Verdict {
    if let Some(problems) = configuration::of_env_file(evidence) {
        return Verdict::fail(problems, CHMOD);
    }
    let metadata = match std::fs::metadata(&evidence.facts.dotenv) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Verdict::pass("no .env file exists");
        }
        Err(error) => {
            let reason = format!("it cannot be read: {}", error.kind());
            return Verdict::manual(reason, "ls -l .env");
        }
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Verdict::fail(
                format!("others may read or write it: its mode is {mode:04o}"),
                CHMOD,
            );
        }
        Verdict::pass(format!("its mode is {mode:04o}"))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Verdict::manual("this platform has no file modes", "check its access list")
    }
}

pub(in crate::audit) fn env_ignored(evidence: &Evidence<'_>) -> Verdict {
    const LONGEST: Duration = Duration::from_secs(10);
    const LOOK: &str = "in the checkout: git ls-files .env; git check-ignore .env";

    let Some(folder) = &evidence.facts.checkout else {
        return Verdict::manual("no checkout was given", LOOK);
    };
    let git = |arguments: &[&str]| {
        // A repository may name programs that git starts by itself.
        let all = [&["-c", "core.fsmonitor=false"], arguments].concat();
        run("git", &all, folder, LONGEST)
    };
    match git(&["rev-parse", "--is-inside-work-tree"]) {
        Ended::With(0, _) => {}
        Ended::Missing => return Verdict::manual("git is not installed here", LOOK),
        _ => return Verdict::manual("not inside a git checkout", LOOK),
    }
    match git(&["ls-files", "--error-unmatch", "--", ".env"]) {
        Ended::With(0, _) => {
            return Verdict::fail(
                ".env is committed: everyone with access to the repository has its secrets",
                "git rm --cached .env, and rotate every secret that was ever in it",
            );
        }
        Ended::With(1, _) => {}
        _ => return Verdict::manual("git cannot list the committed files", LOOK),
    }
    match git(&["check-ignore", "--quiet", "--", ".env"]) {
        Ended::With(0, _) => Verdict::pass("git ignores it"),
        Ended::With(1, _) => Verdict::fail("git would add it", "add a line /.env to .gitignore"),
        _ => Verdict::manual("git cannot list the ignored files", LOOK),
    }
}

pub(in crate::audit) fn dependencies_audited(evidence: &Evidence<'_>) -> Verdict {
    const LONGEST: Duration = Duration::from_secs(120);
    const LOOK: &str = "in the checkout: cargo deny check";

    let folder = match &evidence.facts.checkout {
        Some(folder) if folder.join("Cargo.toml").is_file() => folder,
        Some(_) => return Verdict::manual("the folder holds no Cargo.toml", LOOK),
        None => return Verdict::manual("no checkout was given", LOOK),
    };
    if configuration_of_deny(folder).is_none() {
        return Verdict::fail(
            "no deny.toml lists the licences and sources that are allowed",
            "cargo install cargo-deny --locked; cargo deny init",
        );
    }
    let deny = |checks: &[&str]| {
        let arguments = [&["--offline", "check", "--hide-inclusion-graph"], checks].concat();
        run("cargo-deny", &arguments, folder, LONGEST)
    };
    match deny(&["bans", "licenses", "sources"]) {
        Ended::With(0, _) => {}
        Ended::Missing => return Verdict::manual("cargo-deny is not installed here", LOOK),
        Ended::With(..) => return Verdict::fail("cargo deny refuses bans, licences or sources", LOOK),
        Ended::Late | Ended::Broken => return Verdict::manual("cargo deny did not finish", LOOK),
    }
    match deny(&["advisories"]) {
        Ended::With(0, _) => Verdict::pass("cargo deny accepts advisories, bans, licences and sources"),
        Ended::With(_, said) if said.contains("advisories FAILED") => Verdict::fail(
            "an advisory is out on a dependency",
            "cargo deny check advisories; cargo update",
        ),
        _ => Verdict::warn(
            "cargo deny accepts bans, licences and sources, but has no advisories offline",
            "with the network: cargo deny check advisories",
        ),
    }
}

/// The file that cargo-deny reads: of the folder, or of those above it up to the root of the repository.
fn configuration_of_deny(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    for folder in folder.ancestors() {
        for name in ["deny.toml", ".deny.toml", ".cargo/deny.toml"] {
            let file = folder.join(name);
            if file.is_file() {
                return Some(file);
            }
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}
