//! Tools of Prometheus' own, where they are installed.

use tests::tools::run;

/// Prometheus' linter; it reads the text format only.
pub(crate) fn promtool(text: &str) -> Option<Result<(), String>> {
    run("promtool", &["check", "metrics"], None, text)
}

/// The parser of the Python package `prometheus-client`, which is the reference of OpenMetrics.
pub(crate) fn python(text: &str, format: &str) -> Option<Result<(), String>> {
    let is_there = run("python3", &["-c", "import prometheus_client"], None, "")?;
    is_there.ok()?;
    let script = format!(
        "import sys\n\
         from prometheus_client.{format} import text_string_to_metric_families as parse\n\
         families = list(parse(sys.stdin.read()))\n\
         assert families and all(family.type != 'unknown' for family in families), families\n"
    );
    Some(run("python3", &["-c", &script], None, text).unwrap())
}
