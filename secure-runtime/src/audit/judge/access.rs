//! Origins, rates and listeners.

use super::Evidence;
use crate::audit::facts::Admin;
use crate::audit::item::Verdict;

pub(in crate::audit) fn cors_reviewed(evidence: &Evidence<'_>) -> Verdict {
    let facts = evidence.facts;
    if let Some(refused) = super::configuration::of_cors(evidence) {
        return refused;
    }
    let Some(cors) = &facts.cors else {
        // Without CORS browsers let nobody read: that is sound by itself.
        return facts
            .unjudged()
            .unwrap_or_else(|| Verdict::pass("no other origin is allowed"));
    };
    if !cors.findings.is_empty() {
        return Verdict::fail(cors.findings.join("; "), "list each origin, with https");
    }
    if cors.any_origin {
        return Verdict::warn(
            "every origin may read the responses that need no credentials",
            "list the origins in CORS_ORIGINS, unless all of it is public",
        );
    }
    match cors.origins {
        0 => Verdict::pass("no other origin is allowed"),
        1 => Verdict::pass("1 origin is listed, and the review finds nothing"),
        origins => Verdict::pass(format!(
            "{origins} origins are listed, and the review finds nothing"
        )),
    }
}

pub(in crate::audit) fn rate_limits(evidence: &Evidence<'_>) -> Verdict {
    match evidence.facts.limits {
        Some(true) => Verdict::pass("a limit counts every request"),
        Some(false) => Verdict::fail(
            "no limit counts every request",
            "set LIMIT_CLIENT, or add a rule per client without a path",
        ),
        None => evidence.facts.missing(
            "rate limits",
            "put a LimitLayer into the stack, and give it to Audit::limits",
        ),
    }
}

pub(in crate::audit) fn admin_private(evidence: &Evidence<'_>) -> Verdict {
    let Some(server) = &evidence.facts.server else {
        return evidence
            .facts
            .missing("listeners", "give the settings of the server to Audit::server");
    };
    match &server.admin {
        Admin::Nobody => Verdict::pass("there is no admin listener"),
        Admin::Machine => Verdict::pass("only this machine reaches it"),
        Admin::Network(addr) => Verdict::fail(
            format!("other machines reach it at {addr}"),
            "ADMIN_EXPOSED=false, and ADMIN_ADDR loopback or a unix socket: kubectl port-forward and ssh -L reach those",
        ),
    }
}
