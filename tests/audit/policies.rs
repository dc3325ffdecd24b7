//! What is no failure, and deserves a look all the same.

use secure_config::Profile;
use secure_runtime::audit::Outcome;
use secure_runtime::cors::CorsPolicy;
use secure_runtime::headers::{Csp, Directive, Hsts, SecurityHeaders, name};

use crate::service::{Service, having, reason};

#[tokio::test]
async fn what_deserves_a_look_is_no_failure() {
    tests::needs!("git");
    type Change = fn(&mut Service);
    let cases: [(&str, Change); 5] = [
        ("cors-reviewed", |service| {
            service.cors = CorsPolicy::new().any_origin()
        }),
        ("production-profile", |service| service.profile = Profile::Staging),
        ("csp", |service| {
            let csp = Csp::html().add(Directive::ScriptSrc, ["'unsafe-eval'"]);
            service
                .headers
                .push(SecurityHeaders::html().csp(csp).build().unwrap());
        }),
        ("csp", |service| {
            let csp = Csp::api().remove(Directive::FormAction);
            service
                .headers
                .push(SecurityHeaders::api().csp(csp).build().unwrap());
        }),
        ("security-headers", |service| {
            let headers = SecurityHeaders::api().without(name::PERMISSIONS_POLICY);
            service.headers.push(headers.build().unwrap());
        }),
    ];
    for (id, change) in cases {
        let mut service = Service::sound();
        change(&mut service);
        let checklist = service.review();
        assert_eq!(having(&checklist, Outcome::Fail), [""; 0], "{id}");
        assert!(having(&checklist, Outcome::Warn).contains(&id), "{id}");
        assert_eq!(checklist.exit_code(), 0);
    }
}

/// The policies that this product ships are judged by its own evaluation as `csp_evaluator` judges them.
#[tokio::test]
async fn the_policies_of_this_product_have_no_hole() {
    tests::needs!("git");
    for csp in [Csp::api(), Csp::html()] {
        let mut service = Service::sound();
        service.headers = vec![SecurityHeaders::html().csp(csp).build().unwrap()];
        assert_eq!(reason(&service.review(), "csp"), "no weak directive");
    }
}

#[tokio::test]
async fn hsts_counts_when_it_is_sent_always() {
    tests::needs!("git");
    let mut service = Service::sound();
    (service.server.tls_cert_path, service.server.tls_key_path) = (None, None);
    service.operator.tls_terminated_by = secure_runtime::audit::TlsTermination::Proxy;
    let always = || {
        SecurityHeaders::api()
            .hsts(Hsts::two_years().always())
            .build()
            .unwrap()
    };
    service.headers = vec![always()];
    assert_eq!(having(&service.review(), Outcome::Fail), [""; 0]);
    // Pages without it are left open.
    service.headers = vec![always(), SecurityHeaders::html().build().unwrap()];
    assert_eq!(having(&service.review(), Outcome::Fail), ["hsts"]);
}

#[tokio::test]
async fn a_unix_socket_is_a_listener() {
    tests::needs!("git");
    let mut service = Service::sound();
    service.server.metrics_port = None;
    service.server.metrics_addr = Some("unix:/run/app/metrics.sock".parse().unwrap());
    service.server.admin_port = None;
    service.server.admin_addr = Some("unix:/run/app/admin.sock".parse().unwrap());
    let checklist = service.review();
    assert_eq!(having(&checklist, Outcome::Fail), [""; 0]);
    assert_eq!(
        reason(&checklist, "admin-private"),
        "only this machine reaches it"
    );
    // An address alone opens nothing.
    service.server.admin_addr = Some("0.0.0.0".parse().unwrap());
    assert_eq!(
        reason(&service.review(), "admin-private"),
        "there is no admin listener"
    );
}

#[tokio::test]
async fn without_a_day_rotation_is_a_persons_to_know() {
    tests::needs!("git");
    let mut service = Service::sound();
    service.operator.secrets_rotated_at = None;
    assert!(having(&service.review(), Outcome::Manual).contains(&"rotate-secrets"));
}
