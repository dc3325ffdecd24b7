//! Making up secrets that pass the rules of their fields, and filling the blanks of `.env` with them.

use std::ffi::OsString;
use std::path::Path;

use super::env_file::{self, Blank, Draft, Existing, shown};
use super::exit::{self, Failure, Streams};
use super::service::Service;
use super::template;
use super::variables::{self, Generation, Variable};
use super::words;
use crate::loading::generate;
use crate::memory::Locked;
use crate::source::Dotenv;

/// How often a value is made up anew before its rules are blamed. One that a sound rule refuses is rarer than one in 2³².
const TRIES: usize = 16;

/// Prints a fresh value of `variable`: the one way to see a secret, by its name.
pub(super) fn print(
    variable: &Variable,
    service: &Service<'_>,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    check_kind(variable)?;
    let value = make(variable, &[], service)?;
    if variable.generation() == Generation::OnRequest {
        let name = variable.name();
        streams.say(&format!(
            "if somebody else issues {name}, this is no use: {}\n",
            words::remedy(variable)
        ));
    }
    streams.print(value.as_bytes())?;
    streams.print("\n")
}

/// Why nothing is printed when no key is named, and what is missing.
pub(super) fn refuse_to_print(service: &Service<'_>) -> Failure {
    let (sources, _) = (service.sources)();
    let missing: Vec<&str> = variables::missing(&service.all, &sources)
        .iter()
        .map(|one| one.name())
        .collect();
    let missing = match &missing[..] {
        [] => "no secret is missing".to_owned(),
        names => format!("missing: {}", names.join(", ")),
    };
    let message =
        format!("secrets are printed one at a time: name one, or say --write-env to fill .env ({missing})");
    Failure::new(exit::USAGE, message)
}

/// Puts a fresh value of `only`, or of every secret that a load would miss, into the `.env` file.
pub(super) fn write_env(
    only: Option<&Variable>,
    service: &Service<'_>,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let Some(path) = service.dotenv.as_deref() else {
        return Err(Failure::new(exit::USAGE, "this service reads no .env file"));
    };
    // Before anything is read: what is missing now is still missing when it is written.
    let draft = Draft::open(path, Some(0o600))?;
    let existing = Existing::read(path)?;
    let wanted = wanted(only, service)?;
    let (made, left): (Vec<_>, Vec<_>) = wanted
        .into_iter()
        .partition(|one| only.is_some() || one.generation() == Generation::Always);
    let mut values: Vec<(String, Locked)> = Vec::with_capacity(made.len());
    for variable in &made {
        let value = make(variable, &values, service)?;
        values.push((variable.name().to_owned(), value));
    }
    if values.is_empty() {
        streams.say(if left.is_empty() {
            "no secret is missing\n"
        } else {
            "nothing was written\n"
        });
    } else {
        put(path, draft, existing.as_ref(), &values, service)?;
        let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
        streams.say(&format!("written to {}: {}\n", shown(path), names.join(", ")));
    }
    for variable in left {
        let (name, remedy) = (variable.name(), words::remedy(variable));
        streams.say(&format!("{name} is missing and is not made up: {remedy}\n"));
    }
    Ok(())
}

/// The secrets that are to be filled in, or cannot be.
fn wanted<'v>(only: Option<&'v Variable>, service: &'v Service<'_>) -> Result<Vec<&'v Variable>, Failure> {
    let (sources, _) = (service.sources)();
    let Some(variable) = only else {
        return Ok(variables::missing(&service.all, &sources));
    };
    check_kind(variable)?;
    if !variables::state(variable, &sources).is_unset() {
        let message = format!(
            "{} is set already, and nothing is written over it",
            variable.name()
        );
        return Err(Failure::new(exit::CANNOT_WRITE, message));
    }
    Ok(vec![variable])
}

pub(super) fn check_kind(variable: &Variable) -> Result<(), Failure> {
    let name = variable.name();
    if !variable.is_secret() {
        return Err(Failure::new(
            exit::USAGE,
            format!("{name} is no secret: nothing is to be made up"),
        ));
    }
    if variable.generation() == Generation::Never {
        let message = format!("{name} cannot be made up: {}", words::remedy(variable));
        return Err(Failure::new(exit::USAGE, message));
    }
    Ok(())
}

/// A fresh value of `variable` that a load accepts beside those made before.
///
/// The judge is the load itself: whatever a rule says, also one that the service wrote, the value passes it.
pub(super) fn make(
    variable: &Variable,
    before: &[(String, Locked)],
    service: &Service<'_>,
) -> Result<Locked, Failure> {
    let name = variable.name();
    let mut why = String::new();
    for _ in 0..TRIES {
        let value = generate::text(variable.field).map_err(|error| {
            let message = format!("the system gives no random bytes: {}", error.kind());
            Failure::new(exit::SYSTEM, message)
        })?;
        let set = before.iter().map(|(name, value)| (name.clone(), text(value)));
        let set = set.chain([(name.to_owned(), text(&value))]);
        let report = (service.judge)(set.collect());
        match report.problems.iter().find(|problem| problem.key == name) {
            None => return Ok(value),
            Some(problem) => why = problem.message.to_string(),
        }
    }
    let message = format!("no value that is made up passes the rules of {name}: it {why}");
    Err(Failure::new(exit::CONFIG, message))
}

/// The value as a variable holds it. Whoever takes it wipes it: see [`crate::source::Variables::given`].
fn text(value: &Locked) -> OsString {
    String::from_utf8_lossy(value.as_bytes()).into_owned().into()
}

/// Writes the file anew with `values` in it; a file that is not there yet begins as the template.
pub(super) fn put(
    path: &Path,
    mut draft: Draft,
    existing: Option<&Existing>,
    values: &[(String, Locked)],
    service: &Service<'_>,
) -> Result<(), Failure> {
    let template;
    let old = match existing {
        Some(existing) => existing.bytes(),
        None => {
            template = template::text(service.schema, &service.all);
            template.as_bytes()
        }
    };
    let before = Dotenv::of(path, old);
    env_file::check_clear(path, &before)?;
    let blanks: Vec<Blank<'_>> = values
        .iter()
        .map(|(name, value)| Blank {
            name,
            line: before.get(name).map(|(_, line)| line),
            value,
        })
        .collect();
    let new = env_file::fill(old, &blanks);
    if !env_file::is_filled(&before, &Dotenv::of(path, &new), values) {
        let message = format!(
            "{} has a line that cannot be filled; nothing is written",
            shown(path)
        );
        return Err(Failure::new(exit::CONFIG, message));
    }
    draft.write(&new)?;
    match existing {
        Some(existing) => draft.put_over(existing),
        None => draft.put_new(),
    }
}
