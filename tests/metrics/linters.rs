//! The linters of Prometheus.

use tests::{skip, tools::run};

/// Runs Prometheus' linter, which reads the text format only.
pub(crate) fn promtool(text: &str) -> Result<(), String> {
    run("promtool", &["check", "metrics"], None, text)
}

/// Returns whether the Python package `prometheus-client` is installed; if it is not, the test is skipped.
pub(crate) fn has_python() -> bool {
    let found = tests::tools::has("python3");
    let found = found && run("python3", &["-c", "import prometheus_client"], None, "").is_ok();
    if !found {
        skip("prometheus-client", "the Python package is not installed");
    }
    found
}

/// Runs the parser of the Python package `prometheus-client`, the reference implementation of OpenMetrics.
pub(crate) fn python(text: &str, format: &str) -> Result<(), String> {
    let script = format!(
        "import sys\n\
         from prometheus_client.{format} import text_string_to_metric_families as parse\n\
         families = list(parse(sys.stdin.read()))\n\
         assert families and all(family.type != 'unknown' for family in families), families\n"
    );
    run("python3", &["-c", &script], None, text)
}
