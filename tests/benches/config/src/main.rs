//! Loads one configuration of 20 fields by several loaders, and counts instructions and allocations of one load.
//!
//! `cargo run --release -p bench-config` prints the table; it needs valgrind. `bench-config LOADER COUNT` loads COUNT times, for a profiler.

mod allocations;
mod loaders;

use std::process::Command;

/// The variables of the configuration, and as many others as a container has.
const VARIABLES: [(&str, &str); 40] = [
    ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
    ("HOME", "/home/app"),
    ("LANG", "C.UTF-8"),
    ("HOSTNAME", "app-7c9f6d7b9-x2x4z"),
    ("TERM", "xterm"),
    ("PWD", "/srv/app"),
    ("KUBERNETES_SERVICE_HOST", "10.96.0.1"),
    ("KUBERNETES_SERVICE_PORT", "443"),
    ("KUBERNETES_SERVICE_PORT_HTTPS", "443"),
    ("KUBERNETES_PORT", "tcp://10.96.0.1:443"),
    ("APP_NAME", "orders"),
    ("HOST", "0.0.0.0"),
    ("PORT", "8080"),
    ("MAX_BODY_BYTES", "1048576"),
    ("DEBUG", "false"),
    ("SAMPLE_RATE", "0.25"),
    ("CORS_ORIGINS", "https://a.example.com,https://b.example.com,https://c.example.com"),
    ("REGION", "eu-central-1"),
    ("REQUEST_TIMEOUT", "30s"),
    ("LOG_LEVEL", "info"),
    ("METRICS", "true"),
    ("WORKERS", "4"),
    ("JWT_ACCESS_SECRET", "pZ3rVn8Qx1Lk5Tc9Wm2Hs7Jd4Gf6Yb0AeUoIiXqNvRt"),
    ("JWT_REFRESH_SECRET", "Kq8sWd2Zx7Cv4Bn1Mj6Hg3Fe9Rt5Yu0IoPlAaSkEwQz"),
    ("FINGERPRINT_PEPPER", "Vb5Nm2Lk8Jh4Gf1Ds7Aq3We9Rt6Yu0IoPzXcUvKjHgT"),
    ("DATABASE_HOST", "db.internal"),
    ("DATABASE_PORT", "5432"),
    ("DATABASE_MAX_POOL_SIZE", "50"),
    ("DATABASE_MIN_POOL_SIZE", "10"),
    ("DATABASE_CONNECT_TIMEOUT", "5s"),
    ("KUBERNETES_PORT_443_TCP", "tcp://10.96.0.1:443"),
    ("KUBERNETES_PORT_443_TCP_PROTO", "tcp"),
    ("KUBERNETES_PORT_443_TCP_PORT", "443"),
    ("KUBERNETES_PORT_443_TCP_ADDR", "10.96.0.1"),
    ("ORDERS_SERVICE_HOST", "10.96.12.7"),
    ("ORDERS_SERVICE_PORT", "80"),
    ("SHLVL", "1"),
    ("TZ", "UTC"),
    ("POD_NAME", "app-7c9f6d7b9-x2x4z"),
    ("POD_NAMESPACE", "default"),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => table(),
        [loader, count] => run(loader, count.parse().expect("a count")),
        _ => panic!("bench-config [LOADER COUNT]"),
    }
}

fn run(loader: &str, count: u64) {
    let (_, load) = loaders::ALL.iter().find(|(name, _)| *name == loader).expect("a known loader");
    // The first load pays for what is set up once in a process.
    load();
    let before = allocations::count();
    for _ in 0..count {
        load();
    }
    println!("{}", allocations::count() - before);
}

/// Measures every loader in a process of its own with exactly [`VARIABLES`] set.
fn table() {
    println!("| loader | instructions | ratio | allocations |\n|---|---|---|---|");
    let mut floor = None;
    let mut ours = 0;
    for (name, _) in loaders::ALL {
        let (few, _) = measure(name, 10);
        let (many, allocations) = measure(name, 60);
        let instructions = (many - few) / 50;
        let floor = *floor.get_or_insert(instructions);
        let row = |name: &str, instructions: u64, allocations: u64| {
            println!("| {name} | {instructions} | {:.2} | {allocations} |", instructions as f64 / floor as f64);
        };
        row(name, instructions, allocations / 60);
        match name {
            "secure-config" => ours = instructions,
            loaders::GATE => row("secure-config, the gate apart", ours - instructions, 0),
            _ => {}
        }
    }
}

/// The instructions of a whole run, and the allocations of its loads.
fn measure(loader: &str, count: u64) -> (u64, u64) {
    let me = std::env::current_exe().expect("a path");
    let output = Command::new("/usr/bin/valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(me)
        .args([loader, &count.to_string()])
        .env_clear()
        .envs(VARIABLES)
        .current_dir(std::env::temp_dir())
        .output()
        .expect("valgrind");
    let log = String::from_utf8_lossy(&output.stderr);
    let instructions = log.lines().find_map(|line| line.split("Collected : ").nth(1)).expect(&log);
    let allocations = String::from_utf8_lossy(&output.stdout);
    (instructions.trim().parse().expect("a number"), allocations.trim().parse().expect("a number"))
}
