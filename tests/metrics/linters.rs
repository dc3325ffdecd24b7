//! Tools of Prometheus' own, where they are installed. What is left out is said, past the capture of the test runner.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// What came of a tool: `None` if it is not installed.
pub(crate) fn run(
    program: &str,
    arguments: &[&str],
    dir: Option<&Path>,
    input: &str,
) -> Option<Result<(), String>> {
    let mut command = Command::new(program);
    command.args(arguments);
    if let Some(dir) = dir {
        command.current_dir(dir);
    }
    let spawned = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => panic!("{program}: {error}"),
    };
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Some(if output.status.success() {
        Ok(())
    } else {
        Err(said)
    })
}

/// Says on the terminal what a test could not do here.
pub(crate) fn left_out(what: &str, why: &str) {
    // Not `eprintln!`, which is shown only of a test that fails.
    let _ = writeln!(std::io::stderr(), "left out: {what}, because {why}");
}

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
