//! The service as a process of its own, for tests of signals, memory and inheritance: settings come from the
//! environment, and each address is told on stdout.

mod service;

use std::io::Write;

use hyper::service::service_fn;
use secure_config::{Profile, SecureConfig};
use secure_runtime::server::{Server, ServerSettings, from_hyper};

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Files that are open for another reason than a connection.
    let held = std::env::var("HOLD_FILES")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    let _held: Vec<_> = (0..held).map(|_| std::fs::File::open("/dev/null")).collect();

    let settings = ServerSettings::load_or_exit();
    let server = Server::builder(settings)
        .profile(Profile::Development)
        .metrics(from_hyper(service_fn(service::answer)))
        .on_drain(|| tell("draining"))
        .on_reload(|| async {
            tell("reloading");
            Ok("nothing to reload".to_owned())
        })
        .bind()
        .await?;
    for (listener, addr) in server.local_addrs() {
        tell(&format!("listening {} {addr}", listener.as_str()));
    }
    let handle = server.handle();
    server.serve(from_hyper(service_fn(service::answer))).await?;
    tell(&format!("{:?}", handle.stats()));
    tell("stopped");
    Ok(())
}

/// A line on stdout, at once; a test that has gone is no reason to fail.
fn tell(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}
