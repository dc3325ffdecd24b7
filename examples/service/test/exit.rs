//! How the examples end when something fails that only the start finds out: with every cause in one line, and an exit code.

use std::net::TcpListener;

use tests::example::Example;
use tests::json::Json;

/// Runs `program` to its end; its exit code, and the causes in its log.
fn end(program: &str, vars: &[(&str, &str)]) -> (Option<i32>, Vec<String>) {
    let example = Example::launch(program, vars);
    let end = example.line_with("the service cannot go on", 0);
    let crash = example.line_with("the service crashed", 0);
    let text = |line: &Json, key: &str| line.get(key).and_then(Json::as_str).map(str::to_owned);
    let told = [text(&end, "error"), text(&crash, "reason")];
    let code = match end.get("exit_code") {
        Some(Json::Number(code)) => code.parse().ok(),
        _ => None,
    };
    let status = example.wait();
    assert_eq!(status, code, "the log has the code");
    (status, told.into_iter().flatten().collect())
}

const PROGRAMS: [&str; 3] = [
    env!("CARGO_BIN_EXE_service"),
    env!("CARGO_BIN_EXE_axum"),
    env!("CARGO_BIN_EXE_rotation"),
];

#[test]
fn a_port_in_use_is_69_with_its_cause() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for program in PROGRAMS {
        let (code, told) = end(program, &[("BIND_ADDR", "127.0.0.1"), ("PORT", &port)]);
        assert_eq!(code, Some(69), "{program}: {told:?}");
        assert_eq!(told.len(), 2, "{program}: {told:?}");
        for told in told {
            let expected = format!("the main listener cannot bind 127.0.0.1:{port}: Address already in use");
            assert!(told.starts_with(&expected), "{program}: {told}");
        }
    }
}

#[test]
fn a_database_that_cannot_be_reached_is_69_with_its_cause() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let url = format!("postgres://app:8pXv0rVbQm3KzT7w@127.0.0.1:{port}/app");
    let (code, told) = end(
        PROGRAMS[0],
        &[("DATABASE_URL", &url), ("DATABASE_CONNECT_TIMEOUT", "1s")],
    );
    assert_eq!(code, Some(69), "{told:?}");
    for told in told {
        assert!(told.to_lowercase().contains("connection refused"), "{told}");
        assert!(!told.contains("8pXv0rVbQm3KzT7w"), "{told}");
    }
}
