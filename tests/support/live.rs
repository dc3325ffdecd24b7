//! Servers that `tests/run` starts for all tests. Do not stop them: other tests use them.

use crate::skip;

/// Returns the URL of Postgres; without one, the test is [skipped](skip()).
#[must_use]
pub fn postgres_url() -> Option<String> {
    variable("postgres", "TEST_POSTGRES_URL")
}

/// Returns the URL of Valkey; without one, the test is [skipped](skip()).
#[must_use]
pub fn valkey_url() -> Option<String> {
    variable("valkey", "TEST_VALKEY_URL")
}

/// Returns the address of OpenBao and its root token; without them, the test is [skipped](skip()).
#[must_use]
pub fn openbao() -> Option<(String, String)> {
    let address = variable("openbao", "TEST_OPENBAO_ADDR")?;
    Some((address, variable("openbao", "TEST_OPENBAO_TOKEN")?))
}

fn variable(server: &str, name: &str) -> Option<String> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    if value.is_none() {
        skip(server, &format!("{name} is not set; tests/run starts the server"));
    }
    value
}
