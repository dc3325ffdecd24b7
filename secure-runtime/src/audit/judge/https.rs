//! HTTPS, and the certificate for it.

use super::Evidence;
use super::certificate::Certificate;
use crate::audit::item::Verdict;
use crate::audit::settings::TlsTermination;

/// Less is left when a renewal, at 30 days as a rule, has failed for a week.
const LEAST_DAYS: u64 = 21;

const RENEW: &str = "renew it now, and find out why the automatic renewal failed; the service loads new files without a restart";

pub(in crate::audit) fn https(evidence: &Evidence<'_>) -> Verdict {
    let facts = evidence.facts;
    let by_proxy = facts.settings.tls_terminated_by == TlsTermination::Proxy;
    match &facts.server {
        Some(server) if server.certificate.is_some() => Verdict::pass("the service accepts TLS 1.2 and 1.3"),
        _ if by_proxy => Verdict::pass("a proxy terminates TLS: TLS_TERMINATED_BY=proxy"),
        Some(_) => Verdict::fail(
            "the service listens on plain HTTP and no TLS-terminating proxy is configured",
            "set TLS_CERT_PATH and TLS_KEY_PATH, or TLS_TERMINATED_BY=proxy",
        ),
        None => facts.missing("listeners", "give the settings of the server to Audit::server"),
    }
}

pub(in crate::audit) fn certificate(evidence: &Evidence<'_>) -> Verdict {
    match &evidence.certificate {
        Certificate::None => no_certificate(evidence),
        Certificate::Unreadable(why) => Verdict::fail(why.clone(), "openssl x509 -in cert.pem -noout -text"),
        Certificate::Unknown(why) => Verdict::manual(*why, "openssl verify -untrusted cert.pem cert.pem"),
        Certificate::Read { flaw: Some(flaw), .. } => Verdict::fail(
            format!("the certificate {flaw}"),
            "get one from an authority that clients trust, with its whole chain; a private one: TLS_CA_PATH",
        ),
        Certificate::Read { host, .. } => Verdict::pass(format!("the certificate verifies for {host}")),
    }
}

pub(in crate::audit) fn renew_certificates(evidence: &Evidence<'_>) -> Verdict {
    match &evidence.certificate {
        Certificate::None => no_certificate(evidence),
        Certificate::Unreadable(_) => Verdict::later("not judged: the certificate cannot be read"),
        Certificate::Unknown(why) => Verdict::manual(*why, "openssl x509 -in cert.pem -noout -enddate"),
        Certificate::Read { days_left: None, .. } => Verdict::fail("the certificate has expired", RENEW),
        Certificate::Read {
            days_left: Some(days),
            ..
        } if *days < LEAST_DAYS => Verdict::fail(format!("the certificate expires in {days} days"), RENEW),
        Certificate::Read {
            days_left: Some(days),
            ..
        } => Verdict::pass(format!("the certificate expires in {days} days")),
    }
}

fn no_certificate(evidence: &Evidence<'_>) -> Verdict {
    let facts = evidence.facts;
    if facts.settings.tls_terminated_by == TlsTermination::Proxy {
        let host = facts.settings.public_host.as_deref().unwrap_or("HOST");
        return Verdict::manual(
            "the proxy has it",
            format!(
                "openssl s_client -connect {host}:443 -verify_return_error </dev/null | openssl x509 -noout -enddate"
            ),
        );
    }
    facts
        .unjudged()
        .unwrap_or_else(|| Verdict::later("there is no certificate: see https"))
}
