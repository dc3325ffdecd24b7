//! The process and the build.

use secure_config::Profile;

use super::Evidence;
use crate::audit::item::Verdict;

pub(in crate::audit) fn production_profile(evidence: &Evidence<'_>) -> Verdict {
    let profile = evidence.facts.profile;
    let remedy = "set APP_ENV=production, or leave it unset";
    match profile {
        Profile::Production => Verdict::pass("the profile is production"),
        _ if profile.is_deployed() => Verdict::warn(format!("the profile is {profile}"), remedy),
        _ => Verdict::fail(format!("the profile is {profile}, which relaxes rules"), remedy),
    }
}

pub(in crate::audit) fn debug_off(evidence: &Evidence<'_>) -> Verdict {
    let facts = evidence.facts;
    if facts.debug {
        return Verdict::fail("the service's switch for debugging is on", "set DEBUG=false");
    }
    match facts.log {
        Some(log) if log.verbose => Verdict::fail(
            "lines at DEBUG or TRACE are written, and they may hold anything",
            "LOG_LEVEL=info, and no finer level in RUST_LOG; the admin listener can raise it for 15 minutes",
        ),
        Some(_) => Verdict::pass("no debug switch is on, and no line below INFO is written"),
        None => facts.missing("log", "give its settings to Audit::log"),
    }
}

pub(in crate::audit) fn release_build(evidence: &Evidence<'_>) -> Verdict {
    if evidence.facts.debug_assertions {
        Verdict::fail("the program is a debug build", "cargo build --release")
    } else {
        Verdict::pass("the program has no debug assertions")
    }
}

pub(in crate::audit) fn core_dumps_off(evidence: &Evidence<'_>) -> Verdict {
    const CALL: &str = "call Hardening::apply first in main and give its report to Audit::hardening";

    let facts = evidence.facts;
    match &facts.process {
        // Hardening comes before the load: a refused configuration is no excuse.
        None => Verdict::fail("the audit was given no report of hardening the process", CALL),
        Some(process) if !process.open.is_empty() => Verdict::fail(process.open.join(", "), CALL),
        Some(process) if !process.weak.is_empty() => Verdict::warn(
            process.weak.join(", "),
            "the secrets are kept from dumps and debuggers, the rest is not in force",
        ),
        Some(_) => Verdict::pass("every measure is in force"),
    }
}

pub(in crate::audit) fn service_builds(evidence: &Evidence<'_>) -> Verdict {
    let facts = evidence.facts;
    // What stands in the way may be an item of its own.
    let told_by_cors = |reason: &String| {
        facts
            .cors
            .as_ref()
            .is_some_and(|cors| *reason == cors.findings.join("; "))
    };
    match &facts.unbuilt {
        Some(reason) if told_by_cors(reason) => Verdict::later("not judged: see cors-reviewed"),
        Some(reason) => Verdict::fail(reason.clone(), "fix it; the service would not start either"),
        None if facts.is_refused() => Verdict::later("not judged: the configuration is refused"),
        None => Verdict::pass("every part is built"),
    }
}
