//! Starts a tool of the machine and waits for it, for a while.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of output that are kept: enough for a summary.
const MOST: usize = 64 * 1024;

/// The end of a tool.
#[derive(Debug)]
pub(super) enum Ended {
    /// With this exit code, and the end of its output.
    With(i32, String),
    /// It is not installed.
    Missing,
    /// It could not be started, or ended by a signal.
    Broken,
    /// Not in time.
    Late,
}

/// Runs `program` in `folder`.
pub(super) fn run(program: &str, arguments: &[&str], folder: &Path, longest: Duration) -> Ended {
    let spawned = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ended::Missing,
        Err(_) => return Ended::Broken,
    };
    let said = child
        .stderr
        .take()
        .map(|pipe| thread::spawn(move || end_of(pipe)));
    let Some(status) = wait(&mut child, longest) else {
        return Ended::Late;
    };
    let said = said.and_then(|thread| thread.join().ok()).unwrap_or_default();
    match status.code() {
        Some(code) => Ended::With(code, said),
        None => Ended::Broken,
    }
}

fn wait(child: &mut Child, longest: Duration) -> Option<std::process::ExitStatus> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if begun.elapsed() < longest => thread::sleep(Duration::from_millis(10)),
            _ => {
                // It may have ended meanwhile.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}

/// Returns the last bytes of the output.
fn end_of(mut pipe: impl Read) -> String {
    let mut said = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = pipe.read(&mut piece) {
        said.extend_from_slice(&piece[..read]);
        if said.len() > MOST {
            said.drain(..said.len() - MOST);
        }
    }
    String::from_utf8_lossy(&said).into_owned()
}
