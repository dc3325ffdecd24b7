//! Certificates as clients see them.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use secure_runtime::audit::{Outcome, TlsTermination};
use tests::Scratch;

use crate::service::{Service, having, reason};

/// The files of a certificate.
pub(crate) struct Pair {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    pub(crate) authority: PathBuf,
}

/// A certificate for `host` until the end of a day, by an authority of its own.
pub(crate) fn pair(room: &Scratch, host: &str, until: (i32, u8, u8)) -> Pair {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&authority_key).unwrap();
    let mut leaf = CertificateParams::new([host.to_owned()]).unwrap();
    leaf.not_after = date_time_ymd(until.0, until.1, until.2);
    let key = KeyPair::generate().unwrap();
    let signed = leaf
        .signed_by(&key, &Issuer::new(authority, authority_key))
        .unwrap();
    Pair {
        certificate: room.file("cert.pem", signed.pem()),
        key: room.file("key.pem", key.serialize_pem()),
        authority: room.file("ca.pem", root.pem()),
    }
}

fn judged(service: &Service, id: &str) -> (Vec<String>, String) {
    let checklist = service.review();
    let failed = having(&checklist, Outcome::Fail).into_iter().map(str::to_owned);
    (failed.collect(), reason(&checklist, id).to_owned())
}

#[tokio::test]
async fn one_that_clients_would_refuse_fails() {
    tests::needs!("git");
    let mut service = Service::sound();
    service.operator.tls_ca_path = None;
    let (failed, reason) = judged(&service, "certificate");
    assert_eq!(failed, ["certificate"]);
    // With the system's authorities, or without any.
    assert!(reason.contains("authority"), "{reason}");

    // An authority of the same name.
    let other = Scratch::new();
    service.operator.tls_ca_path = Some(pair(&other, "localhost", (2030, 6, 1)).authority);
    let (failed, reason) = judged(&service, "certificate");
    assert_eq!(failed, ["certificate"]);
    assert!(reason.contains("not signed by the authority"), "{reason}");

    service.operator.tls_ca_path = Some(service.room.file("ca.pem", "none"));
    let (failed, reason) = judged(&service, "certificate");
    assert_eq!(failed, ["certificate"]);
    assert!(reason.contains("TLS_CA_PATH"), "{reason}");
}

#[tokio::test]
async fn it_must_be_for_the_host_that_clients_use() {
    tests::needs!("git");
    let mut service = Service::sound();
    service.server.redirect_host = Some("localhost:8443".to_owned());
    assert_eq!(
        judged(&service, "certificate").1,
        "the certificate verifies for localhost"
    );
    service.server.redirect_host = Some("www.example.com:8443".to_owned());
    let (failed, reason) = judged(&service, "certificate");
    assert_eq!(
        (failed, reason.as_str()),
        (
            vec!["certificate".to_owned()],
            "the certificate is not for www.example.com"
        )
    );
    // What the operator says comes first.
    service.operator.public_host = Some("localhost".to_owned());
    assert_eq!(judged(&service, "certificate").0, [""; 0]);
    service.operator.public_host = Some("not a host".to_owned());
    assert_eq!(judged(&service, "certificate").0, ["certificate"]);
}

#[tokio::test]
async fn its_age_is_an_item_of_its_own() {
    tests::needs!("git");
    for (until, failed, said) in [
        ((2030, 1, 23), &[][..], "expires in 22 days"),
        ((2030, 1, 22), &[], "expires in 21 days"),
        ((2030, 1, 21), &["renew-certificates"], "expires in 20 days"),
        ((2029, 12, 31), &["renew-certificates"], "has expired"),
    ] {
        let service = Service::sound();
        pair(&service.room, "localhost", until);
        let (found, reason) = judged(&service, "renew-certificates");
        assert_eq!(found, failed, "{until:?}");
        assert!(reason.ends_with(said), "{reason}");
    }
}

#[tokio::test]
async fn one_that_cannot_be_read_fails_once() {
    tests::needs!("git");
    let mut service = Service::sound();
    service.server.tls_cert_path = Some(service.path("nothing.pem"));
    let (failed, reason) = judged(&service, "certificate");
    assert_eq!(failed, ["certificate"]);
    assert!(reason.contains("cannot read"), "{reason}");

    // The key of another.
    let service = Service::sound();
    service
        .room
        .file("key.pem", KeyPair::generate().unwrap().serialize_pem());
    let (failed, reason) = judged(&service, "certificate");
    assert_eq!(failed, ["certificate"]);
    assert!(reason.contains("does not belong"), "{reason}");
}

#[tokio::test]
async fn a_proxy_is_a_way_to_pass() {
    tests::needs!("git");
    let mut service = Service::sound();
    (service.server.tls_cert_path, service.server.tls_key_path) = (None, None);
    assert_eq!(judged(&service, "https").0, ["https"]);

    service.operator.tls_terminated_by = TlsTermination::Proxy;
    // Without its word nobody knows that a connection is secure, and HSTS is never sent.
    let (failed, reason) = judged(&service, "hsts");
    assert_eq!(failed, ["hsts"]);
    assert!(reason.contains("never sent"), "{reason}");

    service.client.trusted_proxies = "10.0.0.0/8".parse().unwrap();
    let checklist = service.review();
    assert_eq!(having(&checklist, Outcome::Fail), [""; 0]);
    assert!(checklist.is_clean());
    assert_eq!(checklist.exit_code(), 0);
    assert!(crate::service::reason(&checklist, "https").contains("TLS_TERMINATED_BY=proxy"));
    assert!(having(&checklist, Outcome::Manual).contains(&"certificate"));
}
