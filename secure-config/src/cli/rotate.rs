//! Replacing secrets of `.env` by fresh ones.

use std::fmt;

use super::env_file::{Draft, Existing, shown};
use super::exit::{self, Failure};
use super::generate;
use super::service::Service;
use super::variables::{self, Generation, State, Variable};
use super::words;
use crate::memory::Locked;
use crate::origin::Origin;
use crate::source::Sources;

/// What became of a [rotation](super::Cli::rotate): names, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    file: String,
    written: Vec<String>,
    left: Vec<(String, String)>,
}

impl Rotated {
    /// The variables that have a fresh value in the file.
    #[must_use]
    pub fn written(&self) -> &[String] {
        &self.written
    }

    /// The secrets that are set and were left as they are, and why: others issue them, or they come from elsewhere.
    pub fn left(&self) -> impl Iterator<Item = (&str, &str)> {
        self.left.iter().map(|(name, why)| (name.as_str(), why.as_str()))
    }
}

impl fmt::Display for Rotated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.written[..] {
            [] => f.write_str("nothing was written")?,
            names => write!(f, "written to {}: {}", self.file, names.join(", "))?,
        }
        for (name, why) in &self.left {
            write!(f, "\n{name} stays as it is: {why}")?;
        }
        Ok(())
    }
}

/// Why nothing was rotated. It has no room for a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotateError(pub(super) String);

impl fmt::Display for RotateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RotateError {}

/// A secret that is to be replaced, and the name that it has in the file.
struct Target<'v> {
    variable: &'v Variable,
    name: &'v str,
}

/// Replaces the secrets called `keys`, or with none all that stand in `.env` and can be made up.
pub(super) fn run(keys: &[&str], service: &Service<'_>) -> Result<Rotated, Failure> {
    let Some(path) = service.dotenv.as_deref() else {
        return Err(Failure::new(exit::USAGE, "this service reads no .env file"));
    };
    let named = keys
        .iter()
        .map(|key| service.find(key))
        .collect::<Result<Vec<_>, _>>()?;
    // Before anything is read: what stands in the file now still does when it is replaced.
    let draft = Draft::open(path, Some(0o600))?;
    let existing = Existing::read(path)?;
    let (targets, left) = {
        let (sources, _) = (service.sources)();
        if named.is_empty() {
            all(service, &sources)
        } else {
            (each(&named, &sources)?, Vec::new())
        }
    };
    let mut values: Vec<(String, Locked)> = Vec::with_capacity(targets.len());
    for target in &targets {
        let value = generate::make(target.variable, &values, service)?;
        values.push((target.variable.name().to_owned(), value));
    }
    if let (Some(existing), false) = (&existing, values.is_empty()) {
        // In the file they have the names that stand there.
        let named = targets.iter().map(|target| target.name.to_owned());
        let values: Vec<_> = named.zip(values.into_iter().map(|(_, value)| value)).collect();
        generate::put(path, draft, Some(existing), &values, service)?;
    }
    Ok(Rotated {
        file: shown(path),
        written: targets.iter().map(|target| target.name.to_owned()).collect(),
        left,
    })
}

/// All that can be replaced, and why the others that are set cannot.
fn all<'v>(service: &'v Service<'_>, sources: &Sources) -> (Vec<Target<'v>>, Vec<(String, String)>) {
    let (mut targets, mut left) = (Vec::new(), Vec::new());
    for variable in service.all.iter().filter(|variable| variable.is_secret()) {
        match target(variable, sources) {
            Ok(target) if variable.generation() == Generation::Always => targets.push(target),
            Ok(_) => left.push((variable.name().to_owned(), words::remedy(variable).to_string())),
            Err(None) => {}
            Err(Some(why)) => left.push((variable.name().to_owned(), why)),
        }
    }
    (targets, left)
}

/// Those that somebody named: all of them, or none.
fn each<'v>(named: &[&'v Variable], sources: &Sources) -> Result<Vec<Target<'v>>, Failure> {
    let mut targets: Vec<Target<'v>> = Vec::with_capacity(named.len());
    for &variable in named {
        generate::check_kind(variable)?;
        if targets
            .iter()
            .any(|target| target.variable.name() == variable.name())
        {
            continue;
        }
        match target(variable, sources) {
            Ok(target) => targets.push(target),
            Err(why) => {
                let why = why.unwrap_or_else(|| "it is not set".to_owned());
                let message = format!("{} is not replaced: {why}; nothing is written", variable.name());
                return Err(Failure::new(exit::CANNOT_WRITE, message));
            }
        }
    }
    Ok(targets)
}

/// Where `variable` stands in the file, or why it cannot be replaced there; nothing when it is not set.
fn target<'v>(variable: &'v Variable, sources: &Sources) -> Result<Target<'v>, Option<String>> {
    match variables::state(variable, sources) {
        State::Set(Origin::Dotenv { .. }) => {}
        State::Set(origin) => return Err(Some(format!("it comes from {origin}; replace it there"))),
        State::Empty(_) | State::Unset => return Err(None),
        State::Refused(why, _) => return Err(Some(format!("it {why}"))),
    }
    if variable.field.shape().list {
        return Err(Some("it is a list, of which nobody says which item".to_owned()));
    }
    let has = |name: &&String| {
        let value = sources.dotenv.as_ref().and_then(|dotenv| dotenv.get(name));
        value.is_some_and(|(value, _)| !value.is_empty())
    };
    match variable.names.iter().find(has) {
        Some(name) => Ok(Target { variable, name }),
        None => Err(None),
    }
}
