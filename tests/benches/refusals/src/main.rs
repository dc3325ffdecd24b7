//! What loaders say when something is wrong with the environment: ours beside the peers, one table.
//!
//! `cargo run --release -p bench-refusals` prints it in Markdown. Each cell is a process of its own, `bench-refusals LOADER`, that loads one
//! struct of four fields and says what became of it. `pydantic/refusals.py` asks pydantic-settings the same and prints one more row.

mod loaders;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::process::{Command, ExitCode};

/// A random secret.
const SECRET: &str = "Vt8pQz3mXw0rYb6sKd1nHf5uJg9cLa2e";

type Vars<'v> = Vec<(&'v str, OsString)>;

/// An environment that is sound, but for `changes`: a value, or `None` for a variable that is not there.
fn vars<'v>(changes: &[(&'v str, Option<OsString>)]) -> Vars<'v> {
    let mut vars: Vars<'v> = [
        ("SESSION_SECRET", SECRET),
        ("PORT", "8080"),
        ("POOL_SIZE", "10"),
        ("REGION", "eu"),
    ]
    .map(|(name, value)| (name, value.into()))
    .into();
    for (name, value) in changes {
        vars.retain(|(known, _)| known != name);
        vars.extend(value.clone().map(|value| (*name, value)));
    }
    vars
}

/// What a loader says of these: `None` when it loads.
fn said(loader: &str, vars: Vars<'_>) -> Option<String> {
    let program = std::env::current_exe().expect("this program has a path");
    let output = Command::new(program)
        .arg(loader)
        .env_clear()
        .envs(vars)
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if std::env::var_os("VERBOSE").is_some() {
        eprintln!("{loader}: {text}");
    }
    (!output.status.success()).then_some(text)
}

fn row(loader: &str) -> String {
    assert_eq!(said(loader, vars(&[])), None, "{loader} loads what is sound");
    let default = said(loader, vars(&[("SESSION_SECRET", Some("changeme".into()))]));
    let many = said(
        loader,
        vars(&[
            ("PORT", Some("80a".into())),
            ("POOL_SIZE", None),
            ("REGION", None),
        ]),
    )
    .expect("a port is a number")
    .to_lowercase();
    let named = ["port", "pool_size", "region"]
        .iter()
        .filter(|name| many.contains(**name))
        .count();
    let broken = OsString::from_vec([SECRET.as_bytes(), &[0xff]].concat());
    let broken = said(loader, vars(&[("SESSION_SECRET", Some(broken))]));
    let swapped = said(loader, vars(&[("PORT", Some(SECRET.into()))])).expect("a port is a number");
    let slip = said(
        loader,
        vars(&[("SESSION_SECRET", None), ("SESION_SECRET", Some(SECRET.into()))]),
    )
    .expect("the secret is missing")
    .to_lowercase();
    let foreign = said(
        loader,
        vars(&[("SOMEBODY_ELSES", Some(OsString::from_vec(vec![0xff])))]),
    );
    let word = |is: bool| if is { "yes" } else { "no" };
    [
        loader,
        word(default.is_some()),
        &format!("{named} of 3"),
        match broken {
            None => "it loads, damaged",
            Some(text) => word(text.contains(SECRET)),
        },
        word(swapped.contains(SECRET)),
        word(slip.contains("sesion_secret")),
        match foreign {
            None => "no",
            Some(text) if text.contains("panicked") => "yes, it panics",
            Some(_) => "yes",
        },
    ]
    .join(" | ")
}

fn main() -> ExitCode {
    if let Some(loader) = std::env::args().nth(1) {
        return match loaders::load(&loader) {
            Ok(()) => ExitCode::SUCCESS,
            Err(said) => {
                println!("{said}");
                ExitCode::FAILURE
            }
        };
    }
    println!(
        "| loader | refuses `changeme` | problems told of three | shows a secret that is not UTF-8 | shows a secret in the wrong variable \
         | names the slip `SESION_SECRET` | fails for another program's variable |\n|---|---|---|---|---|---|---|"
    );
    for loader in loaders::ALL {
        println!("| {} |", row(loader));
    }
    ExitCode::SUCCESS
}
