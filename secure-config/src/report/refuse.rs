//! What a refused start does: the report on stderr, the line for programs, the exit code.

use std::fs::OpenOptions;
use std::io::{IsTerminal, Write};

use super::{LoadError, Report, text};

/// `EX_CONFIG` of sysexits.h: something was found in an unconfigured or misconfigured state.
pub(crate) const EX_CONFIG: i32 = 78;

/// Where Kubernetes reads why a container ended; it shows at most 4096 bytes of it.
const TERMINATION_LOG: &str = "/dev/termination-log";

/// Writes the report where people and programs look for it, and ends the process with [`EX_CONFIG`].
pub(crate) fn refuse(error: &LoadError) -> ! {
    if write_report(error.report()) == Read::ByPrograms {
        write_termination_log(&error.to_string());
    }
    std::process::exit(EX_CONFIG);
}

/// Shows the warnings of a good load.
pub(crate) fn warn_on_stderr(report: &Report) {
    if !report.warnings.is_empty() {
        write_report(report);
    }
}

/// Who reads what is written.
#[derive(PartialEq, Eq)]
enum Read {
    ByPeople,
    ByPrograms,
}

/// Writes the report on stderr; in production without a terminal it is one line of JSON, too, for what gathers logs there.
fn write_report(report: &Report) -> Read {
    let terminal = std::io::stderr().is_terminal();
    let mut out = styled(report, terminal);
    let read = if report.profile().is_production() && !terminal {
        out.push_str(&report.to_json());
        out.push('\n');
        Read::ByPrograms
    } else {
        Read::ByPeople
    };
    write_stderr(&out);
    read
}

fn styled(report: &Report, terminal: bool) -> String {
    // https://no-color.org: set to anything but nothing.
    let coloured = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let style = if coloured {
        text::Style::Coloured
    } else {
        text::Style::Plain
    };
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = text::write(report, style, &mut out);
    out
}

/// One write, and a closed stderr is no reason to panic: the exit code still speaks.
fn write_stderr(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}

/// Only where the file is there already: a process that runs as root must not litter `/dev`.
fn write_termination_log(text: &str) {
    const SHOWN: usize = 4096;
    let end = (0..=text.len().min(SHOWN))
        .rev()
        .find(|&end| text.is_char_boundary(end))
        .unwrap_or(0);
    let mut options = OpenOptions::new();
    options.write(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW);
    }
    if let Ok(mut file) = options.open(TERMINATION_LOG) {
        let _ = file.write_all(&text.as_bytes()[..end]);
    }
}
